// Run by tls.test.mjs in a process of its own, since NODE_EXTRA_CA_CERTS is read at the start:
// the official SDK over TLS.  Prints what it saw as JSON.

import Metronome from '@metronome/sdk';

const client = new Metronome({ maxRetries: 0 }); // base URL and token from the environment
const { data: customer } = await client.v1.customers.create({ name: 'Over TLS' });
const amount = (count) => ({
    amount: count, credit_type_id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2',
});
const { data: grant } = await client.v1.creditGrants.create({
    customer_id: customer.id, name: 'TLS', grant_amount: amount(12.5), paid_amount: amount(0),
    priority: 1, expires_at: '2099-01-01T00:00:00Z',
});
const { data: grants } = await client.v1.creditGrants.list({ customer_ids: [customer.id] });
process.stdout.write(JSON.stringify({
    made: grant.id,
    listed: grants.map(({ id, balance }) => [id, balance.excluding_pending]),
}));
