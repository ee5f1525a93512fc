// The official SDK against a real server, as existing code uses it: only the base URL and the
// token are ours.

import assert from 'node:assert/strict';
import Metronome from '@metronome/sdk';
import { all, clientOf, grantOf, usd } from './support/metronome.mjs';
import { suite } from './support/suite.mjs';
import { USD_CENTS, UUID, must, unknownUuid } from './support/http.mjs';

suite('Metronome SDK: the life of grants', {}, (served) => {
    let client, customer;
    const ids = {};

    served.test('creates a customer', async () => {
        client = clientOf(served);
        const { data } = await client.v1.customers.create({
            name: 'Acme', ingest_aliases: ['acme', 'acme-eu'],
        });
        assert.match(data.id, UUID);
        assert.equal(data.name, 'Acme');
        assert.deepEqual(data.ingest_aliases, ['acme', 'acme-eu']);
        customer = data.id;
    });

    served.test('creates three grants', async () => {
        const grants = {
            prepaid: { name: 'Prepaid', grant_amount: usd(1000), paid_amount: usd(800), priority: 2 },
            promotion: {
                name: 'Promotion', priority: 1, reason: 'Incentivize new customer',
                credit_grant_type: 'trial', uniqueness_key: 'promotion-1',
            },
            // Sooner than the promotion, so it burns first at the same priority.
            summer: { name: 'Summer', priority: 1, expires_at: '2098-01-01T00:00:00+02:00' },
        };
        for (const [name, more] of Object.entries(grants)) {
            const { data } = await client.v1.creditGrants.create(grantOf(customer, more));
            assert.match(data.id, UUID);
            assert.deepEqual(Object.keys(data), ['id']);
            ids[name] = data.id;
        }
        assert.equal(new Set(Object.values(ids)).size, 3);
    });

    served.test('deducts through the native API', async () => {
        const deduction = await must(served.server, 'POST', '/scrip/v1/deductions', {
            key: served.key, body: { customer, amount: '250.5', reason: 'API calls' },
        });
        assert.equal(deduction.amount, '250.5');
        assert.equal(deduction.uncovered, '0');
        const draws = deduction.draws.map(({ grant_id, amount, balance }) =>
            [grant_id, amount, balance]);
        assert.deepEqual(draws, [
            [ids.summer, '100', '0'], [ids.promotion, '100', '0'], [ids.prepaid, '50.5', '949.5'],
        ]);
        assert.deepEqual(deduction.balance, { posted: '949.5', held: '0', available: '949.5' });
    });

    served.test('lists the grants with their balances and deductions', async () => {
        const page = await client.v1.creditGrants.list({ customer_ids: [customer] });
        assert.equal(page.next_page, ''); // the SDK's spelling of null
        assert.equal(page.data.length, 3);
        const of = (name) => page.data.find((grant) => grant.id === ids[name]);

        const prepaid = of('prepaid');
        assert.equal(prepaid.name, 'Prepaid');
        assert.equal(prepaid.customer_id, customer);
        assert.equal(prepaid.priority, 2);
        assert.deepEqual(prepaid.grant_amount,
            { amount: 1000, credit_type: { name: 'USD (cents)', id: USD_CENTS } });
        assert.deepEqual(prepaid.paid_amount,
            { amount: 800, credit_type: { name: 'USD (cents)', id: USD_CENTS } });
        assert.equal(Date.parse(prepaid.effective_at), Date.parse('2024-01-01T00:00:00Z'));
        assert.equal(Date.parse(prepaid.expires_at), Date.parse('2099-01-01T00:00:00Z'));
        assert.equal(prepaid.balance.excluding_pending, 949.5);
        assert.equal(prepaid.balance.including_pending, 949.5);
        assert.ok(!Number.isNaN(Date.parse(prepaid.balance.effective_at)));
        assert.deepEqual(prepaid.pending_deductions, []);
        assert.deepEqual(prepaid.custom_fields, {});
        assert.equal(prepaid.deductions.length, 1);
        const [deduction] = prepaid.deductions;
        assert.equal(deduction.amount, -50.5); // what is drawn is negative
        assert.equal(deduction.reason, 'API calls');
        assert.equal(deduction.running_balance, 949.5);
        assert.equal(deduction.credit_grant_id, ids.prepaid);
        assert.equal(typeof deduction.created_by, 'string');
        assert.ok(Math.abs(Date.now() - Date.parse(deduction.effective_at)) < 600_000);

        const promotion = of('promotion');
        assert.equal(promotion.reason, 'Incentivize new customer');
        assert.equal(promotion.credit_grant_type, 'trial');
        assert.equal(promotion.uniqueness_key, 'promotion-1');
        assert.equal(promotion.balance.excluding_pending, 0);

        // An offset is an instant like any other.
        assert.equal(Date.parse(of('summer').expires_at), Date.parse('2097-12-31T22:00:00Z'));
    });

    served.test('pages through them one at a time', async () => {
        const paged = await all(client.v1.creditGrants.list({ customer_ids: [customer], limit: 1 }));
        const whole = await all(client.v1.creditGrants.list({ customer_ids: [customer] }));
        assert.deepEqual(paged, whole);

        const first = await client.v1.creditGrants.list({ customer_ids: [customer], limit: 1 });
        assert.equal(first.data.length, 1);
        assert.equal(typeof first.next_page, 'string');
        assert.notEqual(first.next_page, '');
    });

    served.test('edits one', async () => {
        const { data } = await client.v1.creditGrants.edit({
            id: ids.prepaid, name: 'Prepaid 2024', expires_at: '2098-06-01T00:00:00Z',
        });
        assert.deepEqual(data, { id: ids.prepaid });
        const { data: [grant] } = await client.v1.creditGrants.list(
            { credit_grant_ids: [ids.prepaid] });
        assert.equal(grant.name, 'Prepaid 2024');
        assert.equal(Date.parse(grant.expires_at), Date.parse('2098-06-01T00:00:00Z'));
        assert.equal(grant.balance.excluding_pending, 949.5);

        // A body with nothing but an id changes nothing, and is fine.
        assert.deepEqual((await client.v1.creditGrants.edit({ id: ids.prepaid })).data,
            { id: ids.prepaid });
    });

    served.test('voids one, and again', async () => {
        for (let i = 0; i < 2; i++)
            assert.deepEqual((await client.v1.creditGrants.void({ id: ids.prepaid })).data,
                { id: ids.prepaid });
    });

    served.test('lists the others only', async () => {
        const grants = await all(client.v1.creditGrants.list({ customer_ids: [customer] }));
        assert.deepEqual(grants.map(({ id }) => id).sort(), [ids.promotion, ids.summer].sort());
        const balance = await must(served.server, 'GET',
            `/scrip/v1/customers/${customer}/balance`, { key: served.key });
        assert.equal(balance.available, '0');
    });
});

suite('Metronome SDK: lists and their filters', {}, (served) => {
    let client, alpha, beta, tokens;
    const ids = {};
    const listed = async (filters) => (await all(client.v1.creditGrants.list(filters)))
        .map(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? id).sort();

    served.test('two customers, two credit types', async () => {
        client = clientOf(served);
        alpha = (await client.v1.customers.create({ name: 'Alpha' })).data.id;
        beta = (await client.v1.customers.create({ name: 'Beta' })).data.id;
        tokens = (await must(served.server, 'POST', '/scrip/v1/credit-types', {
            key: served.key, body: { name: 'tokens', scale: 0 },
        })).id;
        assert.match(tokens, UUID);

        const grants = {
            alphaCents: grantOf(alpha),
            alphaTokens: grantOf(alpha, { grant_amount: { amount: 5000, credit_type_id: tokens } }),
            betaCents: grantOf(beta, { expires_at: '2090-01-01T00:00:00Z' }),
            betaLater: grantOf(beta, { effective_at: '2095-01-01T00:00:00Z' }),
        };
        for (const [name, grant] of Object.entries(grants))
            ids[name] = (await client.v1.creditGrants.create(grant)).data.id;
    });

    served.test('by credit type', async () => {
        assert.deepEqual(await listed({ credit_type_ids: [tokens] }), ['alphaTokens']);
        assert.deepEqual(await listed({ credit_type_ids: [tokens], customer_ids: [beta] }), []);
        assert.deepEqual(await listed({ credit_type_ids: [USD_CENTS, tokens] }),
            Object.keys(ids).sort());
    });

    served.test('by two customers, and by one', async () => {
        assert.deepEqual(await listed({ customer_ids: [alpha, beta] }), Object.keys(ids).sort());
        assert.deepEqual(await listed({ customer_ids: [beta] }), ['betaCents', 'betaLater']);
        assert.deepEqual(await listed({ customer_ids: [unknownUuid()] }), []);
    });

    served.test('by expiry: not_expiring_before is inclusive', async () => {
        const both = { customer_ids: [beta] };
        assert.deepEqual(await listed({ ...both, not_expiring_before: '2090-01-01T00:00:00Z' }),
            ['betaCents', 'betaLater']);
        assert.deepEqual(
            await listed({ ...both, not_expiring_before: '2090-01-01T00:00:00.000001Z' }),
            ['betaLater']);
    });

    served.test('by start: effective_before is exclusive', async () => {
        const both = { customer_ids: [beta] };
        assert.deepEqual(await listed({ ...both, effective_before: '2095-01-01T00:00:00Z' }),
            ['betaCents']);
        assert.deepEqual(await listed({ ...both, effective_before: '2095-01-01T00:00:01Z' }),
            ['betaCents', 'betaLater']);
    });

    served.test('by id, with the empty arrays that real clients send beside it', async () => {
        assert.deepEqual(await listed({
            credit_grant_ids: [ids.alphaTokens], customer_ids: [], credit_type_ids: [],
        }), ['alphaTokens']);
        const [grant] = await all(client.v1.creditGrants.list(
            { credit_grant_ids: [ids.alphaTokens] }));
        assert.deepEqual(grant.grant_amount,
            { amount: 5000, credit_type: { name: 'tokens', id: tokens } });
    });

    served.test('without any filter, in pages of one, each grant once', async () => {
        const grants = await all(client.v1.creditGrants.list({ limit: 1 }));
        assert.deepEqual(grants.map(({ id }) => id).sort(), Object.values(ids).sort());
    });

    served.test('a grant of the future is worth nothing yet', async () => {
        const balance = await must(served.server, 'GET', `/scrip/v1/customers/${beta}/balance`,
            { key: served.key });
        assert.equal(balance.available, '100');
    });

    served.test('credit types, by the name that clients look for', async () => {
        const units = await all(client.v1.pricingUnits.list());
        const cents = units.find(({ name }) => name === 'USD (cents)');
        assert.equal(cents.id, USD_CENTS);
        assert.equal(cents.is_currency, true);
        assert.ok(units.some(({ id, is_currency }) => id === tokens && is_currency === false));
    });
});

suite('Metronome SDK: errors become the SDK\'s own classes', {}, (served) => {
    // A client that retries as it does by default, and counts what it sends.
    function counting(options = {}) {
        const sent = { count: 0 };
        const client = clientOf(served, {
            fetch: (...call) => {
                sent.count++;
                return fetch(...call);
            },
            ...options,
        });
        return { client, sent };
    }

    served.test('401 is an AuthenticationError, at the first try', async () => {
        const { client, sent } = counting({ bearerToken: 'My Bearer Token' });
        await assert.rejects(client.v1.creditGrants.list(), (error) => {
            assert.ok(error instanceof Metronome.AuthenticationError, String(error));
            assert.equal(error.status, 401);
            assert.equal(typeof error.error.message, 'string');
            return true;
        });
        assert.equal(sent.count, 1);
    });

    served.test('400 is a BadRequestError that names the field', async () => {
        const { client, sent } = counting();
        const { data } = await client.v1.customers.create({ name: 'Errors' });
        sent.count = 0;
        await assert.rejects(
            client.v1.creditGrants.create(grantOf(data.id, { grant_amount: usd(-5) })),
            (error) => {
                assert.ok(error instanceof Metronome.BadRequestError, String(error));
                assert.match(error.error.message, /amount/);
                return true;
            });
        assert.equal(sent.count, 1);
    });

    served.test('404 is a NotFoundError', async () => {
        const { client } = counting();
        await assert.rejects(client.v1.customers.retrieve({ customer_id: unknownUuid() }),
            Metronome.NotFoundError);
    });

    served.test('409 is a ConflictError, and the SDK does not try again', async () => {
        const { client, sent } = counting();
        const { data } = await client.v1.customers.create({ name: 'Conflicts' });
        const grant = grantOf(data.id, { uniqueness_key: 'only-once' });
        await client.v1.creditGrants.create(grant);
        sent.count = 0;
        await assert.rejects(client.v1.creditGrants.create(grant), (error) => {
            assert.ok(error instanceof Metronome.ConflictError, String(error));
            assert.equal(error.error.message, 'This uniqueness key has already been used.');
            assert.equal(error.headers.get('x-should-retry'), 'false');
            return true;
        });
        assert.equal(sent.count, 1);
        const grants = await all(client.v1.creditGrants.list({ customer_ids: [data.id] }));
        assert.equal(grants.length, 1);
    });

    served.test('a voided grant keeps its key, unless it is released', async () => {
        const client = clientOf(served);
        const customer = (await client.v1.customers.create({ name: 'Keys' })).data.id;
        const grant = grantOf(customer, { uniqueness_key: 'kept' });
        const { data: { id } } = await client.v1.creditGrants.create(grant);
        await client.v1.creditGrants.void({ id });
        await assert.rejects(client.v1.creditGrants.create(grant), Metronome.ConflictError);

        const other = grantOf(customer, { uniqueness_key: 'released' });
        const { data: { id: second } } = await client.v1.creditGrants.create(other);
        await client.v1.creditGrants.void({ id: second, release_uniqueness_key: true });
        await client.v1.creditGrants.create(other);
    });

    served.test('an alias in use is a ConflictError', async () => {
        const { client, sent } = counting();
        await client.v1.customers.create({ name: 'First', ingest_aliases: ['taken'] });
        sent.count = 0;
        await assert.rejects(
            client.v1.customers.create({ name: 'Second', ingest_aliases: ['taken'] }),
            Metronome.ConflictError);
        assert.equal(sent.count, 1);
    });
});
