// Every method of the official SDK that this server serves, as its users call them: ledgers,
// customers, pricing units, the pager over many pages, and what it does when something fails.

import assert from 'node:assert/strict';
import Metronome from '@metronome/sdk';
import { all, clientOf, grantOf, usd } from './support/metronome.mjs';
import { until } from './support/server.mjs';
import { suite } from './support/suite.mjs';
import { USD_CENTS, ask, must, unknownUuid } from './support/http.mjs';

const deduct = (served, customer, amount, more = {}) => must(served.server, 'POST',
    '/scrip/v1/deductions', { key: served.key, body: { customer, amount, ...more } });

// A client that counts what it sends.  intercept(call number, send) may answer in place of the
// server.
function counting(served, intercept = (number, send) => send(), options = {}) {
    const sent = { count: 0 };
    const client = clientOf(served, {
        fetch: (...call) => intercept(++sent.count, () => fetch(...call)),
        ...options,
    });
    return { client, sent };
}

suite('Metronome SDK: ledgers', {}, (served) => {
    let client, customer, grant;

    served.test('a grant and a deduction are entries', async () => {
        client = clientOf(served);
        customer = (await client.v1.customers.create({ name: 'Acme' })).data.id;
        grant = (await client.v1.creditGrants.create(grantOf(customer, { reason: 'Welcome' }))).data.id;
        await deduct(served, customer, '20', { reason: 'API calls', invoice_id: unknownUuid() });

        const page = await client.v1.creditGrants.listEntries({ customer_ids: [customer] });
        assert.equal(page.next_page, '');
        assert.equal(page.data.length, 1);
        const { customer_id, ledgers: [ledger] } = page.data[0];
        assert.equal(customer_id, customer);
        assert.deepEqual(ledger.credit_type, { name: 'USD (cents)', id: USD_CENTS });
        assert.equal(ledger.starting_balance.excluding_pending, 0);
        assert.equal(ledger.ending_balance.excluding_pending, 80);
        assert.deepEqual(ledger.entries.map(({ amount, reason, running_balance, credit_grant_id }) =>
            [amount, reason, running_balance, credit_grant_id]),
        [[100, 'Welcome', 100, grant], [-20, 'API calls', 80, grant]]);
        assert.deepEqual(ledger.pending_entries, []);
    });

    served.test('a hold is pending', async () => {
        await must(served.server, 'POST', '/scrip/v1/holds',
            { key: served.key, body: { customer, amount: '30', expires_in: 86400 } });
        const [{ ledgers: [ledger] }] = await all(client.v1.creditGrants.listEntries());
        assert.equal(ledger.ending_balance.excluding_pending, 80);
        assert.equal(ledger.ending_balance.including_pending, 50);
        assert.deepEqual(ledger.pending_entries.map(({ amount, running_balance }) =>
            [amount, running_balance]), [[-30, 50]]);
    });

    served.test('a range, and the newest first', async () => {
        const [{ ledgers: [ledger] }] = await all(client.v1.creditGrants.listEntries({
            customer_ids: [customer], starting_on: '2024-06-01T00:00:00+02:00', sort: 'desc',
        }));
        assert.equal(ledger.starting_balance.excluding_pending, 100);
        assert.equal(Date.parse(ledger.starting_balance.effective_at),
            Date.parse('2024-05-31T22:00:00Z'));
        assert.deepEqual(ledger.entries.map(({ amount }) => amount), [-20]);
    });

    served.test('an end in the future is a BadRequestError, an unknown customer a NotFoundError',
        async () => {
            await assert.rejects(client.v1.creditGrants.listEntries(
                { ending_before: '2099-01-01T00:00:00Z' }), (error) => {
                assert.ok(error instanceof Metronome.BadRequestError, String(error));
                assert.match(error.error.message, /ending_before/);
                return true;
            });
            await assert.rejects(client.v1.creditGrants.listEntries(
                { customer_ids: [unknownUuid()] }), Metronome.NotFoundError);
        });

    for (const sort of ['asc', 'desc']) {
        served.test(`the pager goes through more than three pages, ${sort}`, async () => {
            const name = `Busy ${sort}`;
            const busy = (await client.v1.customers.create({ name })).data.id;
            await client.v1.creditGrants.create(grantOf(busy, { grant_amount: usd(100_000) }));
            const bodies = Array.from({ length: 34 }, () => ({
                deductions: Array.from({ length: 100 }, () => ({ customer: busy, amount: '1' })),
            }));
            for (const body of bodies)
                await must(served.server, 'POST', '/scrip/v1/deductions/batch',
                    { key: served.key, body });
            const pages = [];
            for await (const page of (await client.v1.creditGrants.listEntries(
                { customer_ids: [busy], sort })).iterPages())
                pages.push(page);
            assert.ok(pages.length > 3, `${pages.length} pages`);
            const parts = pages.flatMap(({ data }) => data).flatMap(({ ledgers }) => ledgers);
            const entries = parts.flatMap((part) => part.entries);
            assert.equal(entries.length, 3401);
            if (sort === 'desc')
                entries.reverse();
            let balance = 0;
            for (const entry of entries) {
                balance += entry.amount;
                assert.equal(entry.running_balance, balance);
            }
            for (const part of parts)
                assert.equal(part.ending_balance.excluding_pending, balance);
        });
    }
});

suite('Metronome SDK: customers and pricing units', {}, (served) => {
    let client, customer;

    served.test('create, retrieve, rename', async () => {
        client = clientOf(served);
        customer = (await client.v1.customers.create({
            name: 'Acme', ingest_aliases: ['acme'],
        })).data.id;
        const { data } = await client.v1.customers.setName({ customer_id: customer, name: 'Acme 2' });
        assert.deepEqual(data, {
            id: customer, external_id: 'acme', ingest_aliases: ['acme'], name: 'Acme 2',
            custom_fields: {},
        });
        const detail = (await client.v1.customers.retrieve({ customer_id: customer })).data;
        assert.equal(detail.name, 'Acme 2');
        assert.equal(detail.archived_at, null);
        assert.deepEqual(detail.customer_config, { salesforce_account_id: null });
    });

    served.test('setIngestAliases replaces them all, as often as one likes', async () => {
        for (let i = 0; i < 2; i++)
            await client.v1.customers.setIngestAliases(
                { customer_id: customer, ingest_aliases: ['acme-eu', 'acme-us'] });
        const [found] = await all(client.v1.customers.list({ ingest_alias: 'acme-us' }));
        assert.deepEqual(found.ingest_aliases, ['acme-eu', 'acme-us']);
        assert.deepEqual(await all(client.v1.customers.list({ ingest_alias: 'acme' })), []);
    });

    served.test('an alias of another customer is a ConflictError, sent once', async () => {
        const { client: counted, sent } = counting(served);
        const other = (await counted.v1.customers.create({ name: 'Other' })).data.id;
        sent.count = 0;
        await assert.rejects(counted.v1.customers.setIngestAliases(
            { customer_id: other, ingest_aliases: ['acme-eu'] }), Metronome.ConflictError);
        assert.equal(sent.count, 1);
    });

    served.test('updateConfig is taken', async () => {
        await client.v1.customers.updateConfig(
            { customer_id: customer, leave_stripe_invoices_in_draft: true });
    });

    served.test('archive: once; the customer can still be read', async () => {
        assert.deepEqual((await client.v1.customers.archive({ id: customer })).data, { id: customer });
        await assert.rejects(client.v1.customers.archive({ id: customer }),
            Metronome.BadRequestError);
        await assert.rejects(client.v1.customers.archive({ id: unknownUuid() }),
            Metronome.NotFoundError);
        assert.ok(!(await all(client.v1.customers.list())).some(({ id }) => id === customer));
        assert.deepEqual((await all(client.v1.customers.list({ only_archived: true })))
            .map(({ id }) => id), [customer]);
        const detail = (await client.v1.customers.retrieve({ customer_id: customer })).data;
        assert.ok(Math.abs(Date.now() - Date.parse(detail.archived_at)) < 600_000);
    });

    served.test('the pager goes through more than three pages of customers', async () => {
        const made = [];
        for (let i = 0; i < 10; i++)
            made.push((await client.v1.customers.create({ name: `Customer ${i}` })).data.id);
        const listed = (await all(client.v1.customers.list({ limit: 2 }))).map(({ id }) => id);
        assert.deepEqual(listed.filter((id) => made.includes(id)), made);
        assert.deepEqual((await all(client.v1.customers.list({ customer_ids: made.slice(0, 3) })))
            .map(({ id }) => id), made.slice(0, 3));
    });

    served.test('and of pricing units', async () => {
        for (let i = 0; i < 5; i++)
            await must(served.server, 'POST', '/scrip/v1/credit-types',
                { key: served.key, body: { name: `unit ${i}` } });
        const units = await all(client.v1.pricingUnits.list({ limit: 1 }));
        assert.ok(units.length >= 7);
        assert.equal(new Set(units.map(({ id }) => id)).size, units.length);
        assert.equal(units.find(({ name }) => name === 'USD (cents)').id, USD_CENTS);
    });
});

suite('Metronome SDK: grants to the last field', {}, (served) => {
    let client, customer, products;

    served.test('every field of createGrant comes back from listGrants', async () => {
        client = clientOf(served);
        customer = (await client.v1.customers.create({ name: 'Acme' })).data.id;
        products = [];
        for (const name of ['SMS', 'API'])
            products.push((await must(served.server, 'POST', '/scrip/v1/products',
                { key: served.key, body: { name } })).id);
        products.reverse(); // the order of the grant, not that of their creation
        const { data: { id } } = await client.v1.creditGrants.create(grantOf(customer, {
            name: 'All', reason: 'Because', credit_grant_type: 'trial', priority: 0.5,
            invoice_date: '2024-01-02T00:00:00Z', product_ids: products, uniqueness_key: 'k'.repeat(128),
            paid_amount: usd(12.25), expires_at: '2098-01-01T00:00:00.123456789+05:30',
            rollover_settings: {
                expires_at: '2099-01-01T00:00:00Z', priority: 0,
                rollover_amount: { type: 'MAX_AMOUNT', value: 10 },
            },
        }));
        const [grant] = await all(client.v1.creditGrants.list({ credit_grant_ids: [id] }));
        assert.equal(grant.expires_at, '2097-12-31T18:30:00.123Z');
        assert.deepEqual(grant.products,
            [{ id: products[0], name: 'API' }, { id: products[1], name: 'SMS' }]);
        assert.equal(grant.uniqueness_key, 'k'.repeat(128));
        assert.equal(grant.priority, 0.5);
        assert.equal(grant.paid_amount.amount, 12.25);
        assert.equal(grant.reason, 'Because');
        assert.equal(grant.credit_grant_type, 'trial');
        assert.equal(grant.invoice_id, null);
    });

    served.test('a grant that rolls over is followed by a new one, at its very instant', async () => {
        const expires_at = new Date(Date.now() + 1000).toISOString();
        const { data: { id } } = await client.v1.creditGrants.create(grantOf(customer, {
            name: 'Rolls', expires_at,
            rollover_settings: {
                expires_at: '2099-01-01T00:00:00Z', priority: 3,
                rollover_amount: { type: 'MAX_PERCENTAGE', value: 0.25 },
            },
        }));
        const named = async () => (await all(client.v1.creditGrants.list({ customer_ids: [customer] })))
            .filter(({ name }) => name === 'Rolls');
        await until('the grant to expire', async () => (await named()).length === 2);
        const [before, after] = await named();
        assert.equal(before.id, id);
        assert.deepEqual(before.deductions.map(({ amount, reason, effective_at }) =>
            [amount, reason, effective_at]), [
            [-25, 'Credits rolled over', expires_at], [-75, 'Credits expired', expires_at],
        ]);
        assert.equal(after.grant_amount.amount, 25);
        assert.equal(after.priority, 3);
        assert.equal(after.effective_at, expires_at);
        assert.equal(after.expires_at, '2099-01-01T00:00:00.000Z');
        const { data: natives } = await must(served.server, 'GET',
            `/scrip/v1/grants?customer=${customer}`, { key: served.key });
        assert.equal(natives.find((grant) => grant.id === after.id).rolled_from, id);
    });

    served.test('deductions and pending deductions of one grant', async () => {
        const other = (await client.v1.customers.create({ name: 'Beta' })).data.id;
        await client.v1.creditGrants.create(grantOf(other));
        await deduct(served, other, '10');
        await must(served.server, 'POST', '/scrip/v1/holds',
            { key: served.key, body: { customer: other, amount: '15', expires_in: 86400 } });
        const [grant] = await all(client.v1.creditGrants.list({ customer_ids: [other] }));
        assert.deepEqual(grant.deductions.map(({ amount, running_balance }) =>
            [amount, running_balance]), [[-10, 90]]);
        assert.deepEqual(grant.pending_deductions.map(({ amount, running_balance }) =>
            [amount, running_balance]), [[-15, 75]]);
        assert.equal(grant.balance.excluding_pending, 90);
        assert.equal(grant.balance.including_pending, 75);
    });
});

suite('Metronome SDK: what it sends again, and what comes of it', {}, (served) => {
    const broken = (status, headers = {}) => new Response('{"message":"Internal server error"}',
        { status, headers: { 'content-type': 'application/json', ...headers } });
    let customer;

    served.test('a customer', async () => {
        customer = (await clientOf(served).v1.customers.create({ name: 'Acme' })).data.id;
    });

    served.test('403: a key that may only read is a PermissionDeniedError, at the first try',
        async () => {
            const key = await served.server.key('test', '--scope', 'read');
            const { client, sent } = counting({ server: served.server, key });
            assert.ok((await all(client.v1.customers.list())).length > 0);
            sent.count = 0;
            await assert.rejects(client.v1.creditGrants.create(grantOf(customer)),
                Metronome.PermissionDeniedError);
            await assert.rejects(client.v1.customers.archive({ id: customer }),
                Metronome.PermissionDeniedError);
            assert.equal(sent.count, 2);
            assert.ok((await all(client.v1.creditGrants.listEntries())).length >= 0);
        });

    served.test('429: it waits as long as it is told, and then succeeds', async () => {
        const key = await served.server.key('test', '--rate', '2');
        const statuses = [];
        const client = clientOf({ server: served.server, key }, {
            maxRetries: 5,
            fetch: async (...call) => {
                const reply = await fetch(...call);
                statuses.push([reply.status, reply.headers.get('retry-after')]);
                return reply;
            },
        });
        for (let i = 0; i < 5; i++)
            await client.v1.customers.retrieve({ customer_id: customer });
        const refused = statuses.filter(([status]) => status === 429);
        assert.ok(refused.length > 0, JSON.stringify(statuses));
        for (const [, retryAfter] of refused)
            assert.ok(Number(retryAfter) >= 1, retryAfter);
        assert.equal(statuses.filter(([status]) => status === 200).length, 5);
    });

    served.test('429: without retries it is a RateLimitError', async () => {
        const key = await served.server.key('test', '--rate', '1');
        const client = clientOf({ server: served.server, key }, { maxRetries: 0 });
        await assert.rejects(async () => {
            for (let i = 0; i < 10; i++)
                await client.v1.customers.retrieve({ customer_id: customer });
        }, Metronome.RateLimitError);
    });

    served.test('500: a reply that is lost has one effect, with an Idempotency-Key', async () => {
        const { client, sent } = counting(served, async (number, send) => {
            const reply = await send();
            return number < 3 ? broken(500) : reply; // something between us has lost it
        });
        const { data } = await client.v1.creditGrants.create(grantOf(customer, { name: 'Lost' }),
            { headers: { 'Idempotency-Key': 'lost-1' } });
        assert.equal(sent.count, 3);
        const grants = (await all(clientOf(served).v1.creditGrants.list({ customer_ids: [customer] })))
            .filter(({ name }) => name === 'Lost');
        assert.deepEqual(grants.map(({ id }) => id), [data.id]);
    });

    served.test('500: or with a uniqueness key, as a ConflictError that tells of it', async () => {
        const { client, sent } = counting(served, async (number, send) => {
            const reply = await send();
            return number === 1 ? broken(500) : reply;
        });
        await assert.rejects(client.v1.creditGrants.create(
            grantOf(customer, { name: 'Unique', uniqueness_key: 'u-1' })), Metronome.ConflictError);
        assert.equal(sent.count, 2);
        const grants = (await all(clientOf(served).v1.creditGrants.list({ customer_ids: [customer] })))
            .filter(({ name }) => name === 'Unique');
        assert.equal(grants.length, 1);
    });

    served.test('500: three times is an InternalServerError', async () => {
        const { client, sent } = counting(served, async () => broken(500));
        await assert.rejects(client.v1.customers.list(), Metronome.InternalServerError);
        assert.equal(sent.count, 3);
    });
});

suite('Metronome over plain HTTP: what older clients send', {}, (served) => {
    const get = (path) => must(served.server, 'GET', path, { key: served.key });

    served.test('query arrays, joined with commas or repeated', async () => {
        const ids = [];
        for (const name of ['A', 'B', 'C'])
            ids.push((await must(served.server, 'POST', '/v1/customers',
                { key: served.key, body: { name } })).data.id);
        for (const query of [
            `customer_ids=${ids[0]},${ids[2]}`, `customer_ids=${ids[0]}%2C${ids[2]}`,
            `customer_ids=${ids[0]}&customer_ids=${ids[2]}`,
        ])
            assert.deepEqual((await get(`/v1/customers?${query}`)).data.map(({ id }) => id),
                [ids[0], ids[2]], query);
    });

    served.test('no body where a client sends none', async () => {
        for (const path of ['/v1/credits/listGrants', '/v1/credits/listEntries'])
            for (const raw of [undefined, '', '{}', 'null']) {
                const reply = await ask(served.server, 'POST', path, {
                    key: served.key, raw, headers: { 'content-type': 'application/json' },
                });
                assert.equal(reply.status, 200, `${path} ${raw}: ${reply.text}`);
                assert.deepEqual(Object.keys(reply.json), ['data', 'next_page']);
            }
    });

    served.test('a next_page in the body is ignored', async () => {
        const reply = await ask(served.server, 'POST', '/v1/credits/listGrants',
            { key: served.key, body: { next_page: 'anything', limit: 1 } });
        assert.equal(reply.status, 200);
    });

    served.test('413: a body that is too large', async () => {
        const reply = await ask(served.server, 'POST', '/v1/customers',
            { key: served.key, raw: `{"name":"${'x'.repeat(5 << 20)}"}` });
        assert.equal(reply.status, 413);
    });
});
