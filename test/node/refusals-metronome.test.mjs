// What the Metronome dialect refuses.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import {
    checkDialectError, malformedBodies, refuses, stateOf, written,
} from './support/refusals.mjs';
import { USD_CENTS, ask, exchange, must, unknownUuid } from './support/http.mjs';

const CREATE = '/v1/credits/createGrant';
const LIST = '/v1/credits/listGrants';
const EDIT = '/v1/credits/editGrant';
const VOID = '/v1/credits/voidGrant';

// The ids are chosen here, so that the tables can be written before the server runs.
const CUSTOMER = '5e0f2d14-7c36-4d0c-9a50-6a8e33b8a111';
const customer = () => CUSTOMER;

const usd = (amount) => ({ amount, credit_type_id: USD_CENTS });
const good = {
    customer_id: CUSTOMER,
    name: 'Grant',
    grant_amount: usd(100),
    paid_amount: usd(0),
    priority: 1,
    effective_at: '2024-01-01T00:00:00Z',
    expires_at: '2099-01-01T00:00:00Z',
};
const without = (name) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const create = (change, names) => ({ path: CREATE, body: { ...good, ...change }, names });
const literal = (path, text, names = path.split('.').pop()) =>
    ({ path: CREATE, raw: written(good, path, text), names });

suite('Metronome dialect: what it refuses', {}, (served) => {
    let grant;
    const credentials = () => ({ key: served.key });
    const table = (rows) => refuses(served, {
        rows, customer, credentials, check: checkDialectError,
    });

    served.test('a customer with one grant, to be left alone', async () => {
        await must(served.server, 'POST', '/scrip/v1/customers',
            { key: served.key, body: { id: CUSTOMER, name: 'Acme', aliases: ['acme'] } });
        grant = (await must(served.server, 'POST', CREATE,
            { key: served.key, body: { ...good, uniqueness_key: 'used' } })).data.id;
    });

    // Who asks.
    table([
        ['no key', 401, { path: LIST, body: {}, anonymous: true }],
        ['an unknown key', 401, { path: LIST, body: {}, key: { secret: 'sk_test.unknown' } }],
        ['an empty key', 401, { path: LIST, body: {}, key: { secret: '' } }],
        ['another scheme', 401,
            { path: LIST, body: {}, anonymous: true, headers: { authorization: 'Basic eDp5' } }],
        ['a Kable key pair instead of a Bearer', 401,
            { path: LIST, body: {}, anonymous: true,
                headers: { 'kable-client-id': 'kci_x', 'kable-client-secret': 'y' } }],
    ]);

    // What was sent.
    table(malformedBodies(CREATE, good));
    table([
        ['a customer_id that is missing', 400, { path: CREATE, body: without('customer_id'), names: 'customer_id' }],
        ['a customer_id that is not a UUID', 400, create({ customer_id: 'acme' }, 'customer_id')],
        ['a customer_id that is a number', 400, create({ customer_id: 7 }, 'customer_id')],
        ['a name that is missing', 400, { path: CREATE, body: without('name'), names: 'name' }],
        ['a name that is a number', 400, create({ name: 5 }, 'name')],
        ['a priority that is missing', 400, { path: CREATE, body: without('priority'), names: 'priority' }],
        ['a priority in quotes', 400, create({ priority: 'first' }, 'priority')],
        ['a priority below zero', 400, create({ priority: -1 }, 'priority')],
        ['a priority of NaN', 400, literal('priority', 'NaN', null)],
        ['a grant_amount that is missing', 400, { path: CREATE, body: without('grant_amount'), names: 'grant_amount' }],
        ['a grant_amount that is a number', 400, create({ grant_amount: 100 }, 'grant_amount')],
        ['an amount that is missing', 400, create({ grant_amount: { credit_type_id: USD_CENTS } }, 'amount')],
        ['an amount that is a word', 400, create({ grant_amount: usd('many') }, 'amount')],
        ['an amount that is true', 400, create({ grant_amount: usd(true) }, 'amount')],
        ['an amount of null', 400, create({ grant_amount: usd(null) }, 'amount')],
        ['an amount of zero', 400, create({ grant_amount: usd(0) }, 'amount')],
        ['an amount that rounds to zero', 400, literal('grant_amount.amount', '0.0000001')],
        ['an amount below zero', 400, create({ grant_amount: usd(-5) }, 'amount')],
        ['an amount of NaN', 400, literal('grant_amount.amount', 'NaN', null)],
        ['an amount of Infinity', 400, literal('grant_amount.amount', 'Infinity', null)],
        ['an amount that no book can hold', 400, literal('grant_amount.amount', '1e300')],
        ['an amount beyond 64 bits', 400, literal('grant_amount.amount', '99999999999999999999999')],
        ['an amount with a leading zero', 400, literal('grant_amount.amount', '0100', null)],
        ['an amount with a plus', 400, literal('grant_amount.amount', '+100', null)],
        ['a paid amount below zero', 400, create({ paid_amount: usd(-1) }, 'paid_amount')],
        ['a credit type that is not a UUID', 400,
            create({ grant_amount: { amount: 5, credit_type_id: 'USD' } }, 'credit_type_id')],
        ['an effective_at that is not an instant', 400, create({ effective_at: 'tomorrow' }, 'effective_at')],
        ['an effective_at without a zone', 400, create({ effective_at: '2024-01-01T00:00:00' }, 'effective_at')],
        ['a day that does not exist', 400, create({ effective_at: '2023-02-29T00:00:00Z' }, 'effective_at')],
        ['an expires_at that is missing', 400, { path: CREATE, body: without('expires_at'), names: 'expires_at' }],
        ['an expires_at that is a number', 400, create({ expires_at: 1893456000 }, 'expires_at')],
        ['an expiry before the start', 400,
            create({ effective_at: '2025-01-01T00:00:00Z', expires_at: '2024-01-01T00:00:00Z' }, 'expires_at')],
        ['an expiry at the start', 400,
            create({ effective_at: '2090-01-01T00:00:00Z', expires_at: '2090-01-01T00:00:00Z' }, 'expires_at')],
        ['product_ids that are not a list', 400, create({ product_ids: 'all' }, 'product_ids')],
        ['product_ids that are not UUIDs', 400, create({ product_ids: ['p-1'] }, 'product_ids')],
        ['custom_fields that are not texts', 400, create({ custom_fields: { a: 1 } }, 'custom_fields')],
        ['a uniqueness_key that is empty', 400, create({ uniqueness_key: '' }, 'uniqueness_key')],
        ['a uniqueness_key of 129 characters', 400, create({ uniqueness_key: 'k'.repeat(129) }, 'uniqueness_key')],
        ['a rollover of more than everything', 400, create({
            rollover_settings: {
                expires_at: '2100-01-01T00:00:00Z', priority: 1,
                rollover_amount: { type: 'MAX_PERCENTAGE', value: 1.5 },
            },
        }, 'value')],
        ['a rollover of no known type', 400, create({
            rollover_settings: {
                expires_at: '2100-01-01T00:00:00Z', priority: 1,
                rollover_amount: { type: 'HALF', value: 0.5 },
            },
        }, 'type')],
    ]);

    // What it speaks of is not there, or is taken.
    table([
        ['an unknown customer', 404, create({ customer_id: unknownUuid() }, 'customer_id')],
        ['an unknown credit type', 404,
            create({ grant_amount: { amount: 5, credit_type_id: unknownUuid() } }, 'credit_type_id')],
        ['an unknown product', 404, create({ product_ids: [unknownUuid()] }, 'product_ids')],
        ['a uniqueness_key a second time', 409, {
            path: CREATE, body: { ...good, uniqueness_key: 'used' },
            says: 'This uniqueness key has already been used.',
        }],
        ['an unknown grant to edit', 404, { path: EDIT, body: { id: unknownUuid(), name: 'x' }, names: 'id' }],
        ['an unknown grant to void', 404, { path: VOID, body: { id: unknownUuid() }, names: 'id' }],
        ['an id to edit that is not a UUID', 400, { path: EDIT, body: { id: 'g-1' }, names: 'id' }],
        ['an id to void that is missing', 400, { path: VOID, body: {}, names: 'id' }],
        ['an edit to an expiry before the start', 400,
            { path: EDIT, body: () => ({ id: grant, expires_at: '2023-01-01T00:00:00Z' }), names: 'expires_at' }],
        ['a flag that is not a boolean', 400,
            { path: VOID, body: () => ({ id: grant, release_uniqueness_key: 'yes' }), names: 'release_uniqueness_key' }],
        ['an alias in use', 409,
            { path: '/v1/customers', body: { name: 'x', ingest_aliases: ['acme'] } }],
        ['a customer without a name', 400, { path: '/v1/customers', body: {}, names: 'name' }],
        ['an alias that is empty', 400,
            { path: '/v1/customers', body: { name: 'x', ingest_aliases: [''] }, names: 'ingest_aliases' }],
        ['a customer that is unknown', 404, { method: 'GET', path: `/v1/customers/${unknownUuid()}` }],
        ['a customer whose id is not a UUID', 400, { method: 'GET', path: '/v1/customers/nobody' }],
    ]);

    // Lists.
    table([
        ['a limit of zero', 400, { path: `${LIST}?limit=0`, body: {}, names: 'limit' }],
        ['a limit of 101', 400, { path: `${LIST}?limit=101`, body: {}, names: 'limit' }],
        ['a limit that is a word', 400, { path: `${LIST}?limit=all`, body: {}, names: 'limit' }],
        ['a cursor that is not ours', 400, { path: `${LIST}?next_page=abc`, body: {}, names: 'next_page' }],
        ['customer_ids that are not UUIDs', 400, { path: LIST, body: { customer_ids: ['acme'] }, names: 'customer_ids' }],
        ['customer_ids that are not a list', 400, { path: LIST, body: { customer_ids: 'acme' }, names: 'customer_ids' }],
        ['grants by id and by customer at once', 400,
            { path: LIST, body: { credit_grant_ids: [unknownUuid()], customer_ids: [CUSTOMER] }, names: 'credit_grant_ids' }],
        ['an effective_before that is not an instant', 400,
            { path: LIST, body: { effective_before: 'now' }, names: 'effective_before' }],
    ]);

    // Where it was sent.
    table([
        ['an unknown path', 404, { path: '/v1/credits/grantEverything', body: {} }],
        ['the wrong method', 405, { method: 'GET', path: LIST }],
        ['the wrong method for a list', 405, { method: 'DELETE', path: '/v1/customers' }],
    ]);

    served.test('404: a grant of the test book, to a live key', async () => {
        const before = await stateOf(served, CUSTOMER);
        for (const path of [EDIT, VOID]) {
            const reply = await ask(served.server, 'POST', path,
                { key: served.live, body: { id: grant } });
            assert.equal(reply.status, 404, `${path}: ${reply.text}`);
            checkDialectError(reply);
        }
        assert.deepEqual(await stateOf(served, CUSTOMER), before);
    });

    served.test('405 says what is allowed', async () => {
        const reply = await fetch(`${served.server.url}${LIST}`,
            { headers: { authorization: `Bearer ${served.key.secret}` } });
        assert.match(reply.headers.get('allow') ?? '', /\bPOST\b/);
    });

    served.test('413: a body over the limit, from its length alone', async () => {
        const reply = await exchange(served.server, [
            `POST ${CREATE} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${served.key.secret}`,
            'Content-Type: application/json', 'Content-Length: 5000000', '', '{',
        ].join('\r\n'));
        assert.equal(reply.status, 413);
    });

    served.test('fields that nobody knows are ignored, as the original does', async () => {
        await must(served.server, 'POST', LIST,
            { key: served.key, body: { next_page: 'ignored here', colour: 'blue' } });
    });

    served.test('more decimals than there are round half to even', async () => {
        for (const [sent, kept] of [
            ['0.1234565', 0.123456], ['0.1234575', 0.123458], ['0.12345651', 0.123457],
            ['17.9699999999999988631316', 17.97], ['1e-05', 0.00001], ['1E+2', 100],
        ]) {
            const { data } = await must(served.server, 'POST', CREATE,
                { key: served.key, raw: written(good, 'grant_amount.amount', sent) });
            const { data: [seen] } = await must(served.server, 'POST', LIST,
                { key: served.key, body: { credit_grant_ids: [data.id] } });
            assert.equal(seen.grant_amount.amount, kept, sent);
        }
    });
});
