// Rule 11: the same key and the same request get the first reply, byte for byte, also after a
// restart and when sent at once; the same key for another request is refused.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { checkDialectError, checkProblem } from './support/refusals.mjs';
import { USD_CENTS, ask, must } from './support/http.mjs';

const grant = { customer: 'acme', credit_type: USD_CENTS, amount: '1000' };
const ENDED = '1b2c3d4e-5f60-4172-8394-a5b6c7d8e9fa';
const GRANT = '2c3d4e5f-6071-4283-94a5-b6c7d8e9fa0b';
const CUSTOMER = '0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9';

// A mutation of each kind, in each dialect: [name, path, body, the same with another meaning].
const mutations = [
    ['native grant', '/scrip/v1/grants', grant, { ...grant, amount: '1001' }],
    ['native deduction', '/scrip/v1/deductions', { customer: 'acme', credit_type: USD_CENTS, amount: '1.5' },
        { customer: 'acme', credit_type: USD_CENTS, amount: '1.6' }],
    ['native hold', '/scrip/v1/holds',
        { customer: 'acme', credit_type: USD_CENTS, amount: '2', expires_in: 86400 },
        { customer: 'acme', credit_type: USD_CENTS, amount: '3', expires_in: 86400 }],
    ['native customer', '/scrip/v1/customers', { name: 'Second' }, { name: 'Third' }],
    ['native product', '/scrip/v1/products', { name: 'API' }, { name: 'SMS' }],
    ['native credit type', '/scrip/v1/credit-types', { name: 'seats', scale: 2 }, { name: 'seats', scale: 3 }],
    ['Metronome grant', '/v1/credits/createGrant', {
        customer_id: CUSTOMER, name: 'Grant', priority: 1, expires_at: '2099-01-01T00:00:00Z',
        grant_amount: { amount: 5, credit_type_id: USD_CENTS },
        paid_amount: { amount: 0, credit_type_id: USD_CENTS },
    }, {
        customer_id: CUSTOMER, name: 'Another', priority: 1, expires_at: '2099-01-01T00:00:00Z',
        grant_amount: { amount: 5, credit_type_id: USD_CENTS },
        paid_amount: { amount: 0, credit_type_id: USD_CENTS },
    }],
    ['Metronome customer', '/v1/customers', { name: 'Fourth' }, { name: 'Fifth' }],
    ['Metronome edit', '/v1/credits/editGrant', { id: GRANT, name: 'One' }, { id: GRANT, name: 'Two' }],
    ['Metronome void', '/v1/credits/voidGrant', { id: GRANT }, { id: GRANT, release_uniqueness_key: true }],
    ['Metronome name', `/v1/customers/${CUSTOMER}/setName`, { name: 'Acme 1' }, { name: 'Acme 2' }],
    ['Metronome aliases', `/v1/customers/${CUSTOMER}/setIngestAliases`,
        { ingest_aliases: ['acme', 'a'] }, { ingest_aliases: ['acme', 'b'] }],
    ['Metronome archive', '/v1/customers/archive', { id: ENDED }, { id: CUSTOMER }],
    ['Kable grant', '/api/v1/customers/acme/credits/create', { grantAmount: 7 }, { grantAmount: 8 }],
    ['Kable customer', '/api/v1/customers/create',
        { clientId: 'k-1', companyName: 'Sixth', currency: 'USD' },
        { clientId: 'k-2', companyName: 'Sixth', currency: 'USD' }],
];

suite('idempotency', {}, (served) => {
    const first = new Map(); // name of the mutation: its first reply
    const send = (path, body, idempotencyKey) => ask(served.server, 'POST', path, {
        ...(path.startsWith('/api/') ? { kable: served.key } : { key: served.key }),
        body, headers: { 'idempotency-key': idempotencyKey },
    });
    const sequence = async () =>
        (await must(served.server, 'GET', '/scrip/v1/book', { key: served.key })).sequence;
    const customerCount = async () =>
        (await must(served.server, 'GET', '/v1/customers', { key: served.key })).data.length;
    const bytes = ({ status, type, text }) => ({ status, type, text });

    served.test('a customer with credit', async () => {
        await must(served.server, 'POST', '/scrip/v1/customers',
            { key: served.key, body: { id: CUSTOMER, name: 'Acme', aliases: ['acme'] } });
        await must(served.server, 'POST', '/scrip/v1/customers',
            { key: served.key, body: { id: ENDED, name: 'Ended' } });
        await must(served.server, 'POST', '/scrip/v1/grants', { key: served.key, body: grant });
        await must(served.server, 'POST', '/scrip/v1/grants',
            { key: served.key, body: { ...grant, id: GRANT, expires_at: '2099-01-01T00:00:00Z' } });
    });

    for (const [name, path, body, other] of mutations) {
        served.test(`${name}: both at once get one reply, and a third is a 409`, async () => {
            const key = `${name} at once`;
            // What can be done once only is left to the next tests.
            if (name === 'Metronome archive' || name.endsWith('product') || name.endsWith('type'))
                return;
            const unique = path.includes('customers/create')
                ? { ...body, clientId: 'k-at-once' } : body;
            const replies = await Promise.all(Array.from({ length: 8 },
                () => send(path, unique, key)));
            assert.equal(replies[0].status, 200, replies[0].text);
            for (const reply of replies)
                assert.deepEqual(bytes(reply), bytes(replies[0]));
            assert.equal((await send(path, other, key)).status, 409);
        });
    }

    for (const [name, path, body, other] of mutations) {
        served.test(`${name}: a second time gets the first reply`, async () => {
            const reply = await send(path, body, name);
            assert.equal(reply.status, 200, reply.text);
            first.set(name, reply);
            const [entries, customers] = [await sequence(), await customerCount()];
            for (let i = 0; i < 3; i++)
                assert.deepEqual(bytes(await send(path, body, name)), bytes(reply));
            assert.deepEqual([await sequence(), await customerCount()], [entries, customers]);
        });

        served.test(`${name}: the key for another request is a 409`, async () => {
            const [entries, customers] = [await sequence(), await customerCount()];
            const reply = await send(path, other, name);
            assert.equal(reply.status, 409, reply.text);
            (path.startsWith('/scrip/') ? checkProblem : checkDialectError)(reply);
            assert.equal(reply.headers.get('x-should-retry'), 'false');
            assert.deepEqual([await sequence(), await customerCount()], [entries, customers]);
            assert.deepEqual(bytes(await send(path, body, name)), bytes(first.get(name)));
        });
    }

    served.test('the key for the same body at another path is a 409', async () => {
        const reply = await send('/scrip/v1/products', { name: 'Second' }, 'native customer');
        assert.equal(reply.status, 409, reply.text);
    });

    served.test('twenty at once have one effect and one reply', async () => {
        const before = await sequence();
        const body = { customer: 'acme', credit_type: USD_CENTS, amount: '10' };
        const replies = await Promise.all(Array.from({ length: 20 },
            () => send('/scrip/v1/deductions', body, 'at once')));
        assert.equal(replies[0].status, 200, replies[0].text);
        assert.equal(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size, 1);
        assert.equal(await sequence(), before + replies[0].json.draws.length);
        first.set('at once', replies[0]);
    });

    served.test('a key of the live book is another key', async () => {
        const reply = await ask(served.server, 'POST', '/scrip/v1/customers', {
            key: served.live, body: { name: 'Live' }, headers: { 'idempotency-key': 'native customer' },
        });
        assert.equal(reply.status, 200, reply.text);
        assert.notEqual(reply.json.id, first.get('native customer').json.id);
    });

    served.test('a malformed request does not use up its key', async () => {
        const bad = await send('/scrip/v1/deductions', { customer: 'acme', amount: 'x' }, 'mended');
        assert.equal(bad.status, 400, bad.text);
        const good = await send('/scrip/v1/deductions',
            { customer: 'acme', credit_type: USD_CENTS, amount: '1' }, 'mended');
        assert.equal(good.status, 200, good.text);
    });

    for (const [what, key] of [['empty', ''], ['256 characters long', 'k'.repeat(256)]]) {
        served.test(`a key that is ${what} is a 400`, async () => {
            const before = await sequence();
            const reply = await send('/scrip/v1/deductions',
                { customer: 'acme', credit_type: USD_CENTS, amount: '1' }, key);
            assert.equal(reply.status, 400, reply.text);
            assert.match(reply.text, /idempotency-key/i);
            assert.equal(await sequence(), before);
        });
    }

    served.test('after a restart the first replies are the same, byte for byte', async () => {
        const before = await sequence();
        await served.server.restart();
        for (const [name, path, body] of mutations)
            assert.deepEqual(bytes(await send(path, body, name)), bytes(first.get(name)), name);
        assert.deepEqual(
            bytes(await send('/scrip/v1/deductions',
                { customer: 'acme', credit_type: USD_CENTS, amount: '10' }, 'at once')),
            bytes(first.get('at once')));
        for (const [name, path, , other] of mutations)
            assert.equal((await send(path, other, name)).status, 409, name);
        assert.equal(await sequence(), before);
    });

    served.test('after a kill they are the same as well', async () => {
        const before = await sequence();
        await served.server.kill();
        await served.server.start();
        for (const [name, path, body] of mutations)
            assert.deepEqual(bytes(await send(path, body, name)), bytes(first.get(name)), name);
        assert.equal(await sequence(), before);
    });
});
