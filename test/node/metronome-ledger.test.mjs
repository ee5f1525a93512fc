// V1.CreditGrants.listEntries of the official SDK: the ledger of a customer.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { all, clientOf, grantOf } from './support/metronome.mjs';
import { checkDialectError } from './support/refusals.mjs';
import { USD_CENTS, ask, must } from './support/http.mjs';

suite('Metronome SDK: the ledger', {}, (served) => {
    let client, customer, first, second;

    served.test('entries of one customer, oldest first, with running balances', async () => {
        client = clientOf(served);
        customer = (await client.v1.customers.create({ name: 'Ledger' })).data.id;
        first = (await client.v1.creditGrants.create(
            grantOf(customer, { name: 'First' }))).data.id;
        second = (await client.v1.creditGrants.create(
            grantOf(customer, { name: 'Second', priority: 2 }))).data.id;
        await must(served.server, 'POST', '/scrip/v1/deductions',
            { key: served.key, body: { customer, amount: '120', reason: 'Usage' } });

        const ledgers = await all(client.v1.creditGrants.listEntries({ customer_ids: [customer] }));
        assert.equal(ledgers.length, 1);
        assert.equal(ledgers[0].customer_id, customer);
        assert.equal(ledgers[0].ledgers.length, 1);
        const [ledger] = ledgers[0].ledgers;
        assert.deepEqual(ledger.credit_type, { name: 'USD (cents)', id: USD_CENTS });
        const seen = ledger.entries.map(({ amount, running_balance, credit_grant_id }) =>
            [amount, running_balance, credit_grant_id]);
        assert.deepEqual(seen, [
            [100, 100, first], [100, 200, second], [-100, 100, first], [-20, 80, second],
        ]);
        assert.deepEqual(ledger.pending_entries, []);
        assert.equal(ledger.ending_balance.excluding_pending, 80);
        assert.equal(ledger.ending_balance.including_pending, 80);
    });

    served.test('newest first when asked', async () => {
        const [{ ledgers: [ledger] }] = await all(client.v1.creditGrants.listEntries(
            { customer_ids: [customer], sort: 'desc' }));
        assert.deepEqual(ledger.entries.map(({ amount }) => amount), [-20, -100, 100, 100]);
    });

    served.test('a hold is a pending entry', async () => {
        const hold = await must(served.server, 'POST', '/scrip/v1/holds',
            { key: served.key, body: { customer, amount: '30', expires_in: 3600 } });
        const [{ ledgers: [ledger] }] = await all(client.v1.creditGrants.listEntries(
            { customer_ids: [customer] }));
        assert.equal(ledger.ending_balance.excluding_pending, 80);
        assert.equal(ledger.ending_balance.including_pending, 50);
        assert.deepEqual(ledger.pending_entries.map(({ amount, running_balance }) =>
            [amount, running_balance]), [[-30, 50]]);

        const { data: [grant] } = await client.v1.creditGrants.list({ credit_grant_ids: [second] });
        assert.equal(grant.balance.excluding_pending, 80);
        assert.equal(grant.balance.including_pending, 50);
        assert.deepEqual(grant.pending_deductions.map(({ amount }) => amount), [-30]);
        await must(served.server, 'POST', `/scrip/v1/holds/${hold.id}/release`,
            { key: served.key, body: {} });
    });

    for (const [what, query, body, field] of [
        ['a sort that is neither way', '?sort=up', {}, 'sort'],
        ['an ending_before in the future', '', { ending_before: '2099-01-01T00:00:00Z' }, 'ending_before'],
    ]) {
        served.test(`400: ${what}`, async () => {
            const reply = await ask(served.server, 'POST', `/v1/credits/listEntries${query}`,
                { key: served.key, body });
            assert.equal(reply.status, 400, reply.text);
            checkDialectError(reply);
            assert.match(reply.text, new RegExp(field));
        });
    }
});
