// What the native API refuses.  It is the strict one: more decimals than the credit type has are
// refused, not rounded.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { checkProblem, malformedBodies, refuses, stateOf, written } from './support/refusals.mjs';
import { USD_CENTS, ask, exchange, must, unknownUuid } from './support/http.mjs';

const DEDUCT = '/scrip/v1/deductions';
const GRANT = '/scrip/v1/grants';
const HOLD = '/scrip/v1/holds';
const customer = () => 'acme';

const use = { customer: 'acme', credit_type: USD_CENTS, amount: '5' };
const grant = {
    customer: 'acme', credit_type: USD_CENTS, amount: '5', expires_at: '2099-01-01T00:00:00Z',
};
const hold = { ...use, expires_in: 60 };
const deduct = (change, names) => ({ path: DEDUCT, body: { ...use, ...change }, names });
const issue = (change, names) => ({ path: GRANT, body: { ...grant, ...change }, names });
const reserve = (change, names) => ({ path: HOLD, body: { ...hold, ...change }, names });
const literal = (text, names = 'amount') =>
    ({ path: DEDUCT, raw: written(use, 'amount', text), names });

suite('native API: what it refuses', {}, (served) => {
    let held;
    const credentials = () => ({ key: served.key });
    const table = (rows) => refuses(served, { rows, customer, credentials, check: checkProblem });

    served.test('a customer with a grant of 10, half of it held, to be left alone', async () => {
        const { key } = served;
        await must(served.server, 'POST', '/scrip/v1/customers',
            { key, body: { name: 'Acme', aliases: ['acme'] } });
        await must(served.server, 'POST', '/scrip/v1/credit-types',
            { key, body: { name: 'tokens', scale: 0 } });
        await must(served.server, 'POST', GRANT,
            { key, body: { ...grant, amount: '10', uniqueness_key: 'used' } });
        await must(served.server, 'POST', GRANT,
            { key, body: { customer: 'acme', credit_type: 'tokens', amount: '100' } });
        held = (await must(served.server, 'POST', HOLD,
            { key, body: { ...hold, expires_in: 86400 } })).id;
    });

    table([
        ['no key', 401, { path: DEDUCT, body: use, anonymous: true }],
        ['an unknown key', 401, { path: DEDUCT, body: use, key: { secret: 'sk_test.unknown' } }],
        ['a Kable pair that is unknown', 401,
            { path: DEDUCT, body: use, anonymous: true,
                headers: { 'kable-client-id': 'kci_x', 'kable-client-secret': 'y' } }],
    ]);

    table(malformedBodies(DEDUCT, use));
    table([
        ['a customer that is missing', 400, { path: DEDUCT, body: { amount: '5' }, names: 'customer' }],
        ['a customer that is a number', 400, deduct({ customer: 7 }, 'customer')],
        ['an amount that is missing', 400, { path: DEDUCT, body: { customer: 'acme' }, names: 'amount' }],
        ['an amount that is a word', 400, deduct({ amount: 'much' }, 'amount')],
        ['an amount that is empty', 400, deduct({ amount: '' }, 'amount')],
        ['an amount with spaces', 400, deduct({ amount: ' 5 ' }, 'amount')],
        ['an amount with a thousands separator', 400, deduct({ amount: '1,000' }, 'amount')],
        ['an amount in hexadecimal', 400, deduct({ amount: '0x10' }, 'amount')],
        ['an amount that is true', 400, deduct({ amount: true }, 'amount')],
        ['an amount in a list', 400, deduct({ amount: ['5'] }, 'amount')],
        ['an amount of zero', 400, deduct({ amount: '0' }, 'amount')],
        ['an amount below zero', 400, deduct({ amount: '-5' }, 'amount')],
        ['an amount of minus zero', 400, literal('-0')],
        ['an amount of NaN', 400, literal('NaN', null)],
        ['an amount of "NaN"', 400, deduct({ amount: 'NaN' }, 'amount')],
        ['an amount of Infinity', 400, literal('Infinity', null)],
        ['an amount with seven decimals', 400, deduct({ amount: '1.0000001' }, 'amount')],
        ['an amount with seven decimals, as a number', 400, literal('1.0000001')],
        ['a half of what cannot be halved', 400, deduct({ credit_type: 'tokens', amount: '0.5' }, 'amount')],
        ['an amount that no book can hold', 400, deduct({ amount: '99999999999999999999' }, 'amount')],
        ['an amount of 1e300', 400, literal('1e300')],
        ['a policy that is none', 400, deduct({ policy: 'maybe' }, 'policy')],
        ['a dry_run that is a word', 400, deduct({ dry_run: 'yes' }, 'dry_run')],
        ['an instant that is none', 400, deduct({ at: 'yesterday' }, 'at')],
        ['an instant in the future', 400, deduct({ at: '2098-01-01T00:00:00Z' }, 'at')],
        ['a field that nobody knows', 400, deduct({ ammount: '5' }, 'ammount')],
        ['no credit type where there are two', 400,
            { path: DEDUCT, body: { customer: 'acme', amount: '5' }, names: 'credit_type' }],
        ['an expiry before the start', 400, issue(
            { effective_at: '2025-01-01T00:00:00Z', expires_at: '2024-01-01T00:00:00Z' }, 'expires_at')],
        ['a grant of zero', 400, issue({ amount: '0' }, 'amount')],
        ['a grant below zero', 400, issue({ amount: '-1' }, 'amount')],
        ['a grant with seven decimals', 400, issue({ amount: '0.0000001' }, 'amount')],
        ['a priority that is a word', 400, issue({ priority: 'first' }, 'priority')],
        ['a grant without a credit type', 400,
            { path: GRANT, body: { customer: 'acme', amount: '5' }, names: 'credit_type' }],
        ['a hold without a time', 400, { path: HOLD, body: use, names: 'expires_in' }],
        ['a hold for no time', 400, reserve({ expires_in: 0 }, 'expires_in')],
        ['a hold for less than no time', 400, reserve({ expires_in: -60 }, 'expires_in')],
        ['a hold for a word', 400, reserve({ expires_in: 'a while' }, 'expires_in')],
        ['a hold of zero', 400, reserve({ amount: '0' }, 'amount')],
        ['a capture below zero', 400,
            { path: () => `${HOLD}/${held}/capture`, body: { amount: '-1' }, names: 'amount' }],
        ['a credit type with 13 decimals', 400,
            { path: '/scrip/v1/credit-types', body: { name: 'fine', scale: 13 }, names: 'scale' }],
        ['a customer without a name', 400, { path: '/scrip/v1/customers', body: {}, names: 'name' }],
        ['an id that is not a UUID', 400,
            { path: '/scrip/v1/customers', body: { id: '17', name: 'x' }, names: 'id' }],
        ['a balance at an instant that is none', 400,
            { method: 'GET', path: '/scrip/v1/customers/acme/balance?at=noon', names: 'at' }],
    ]);

    table([
        ['an unknown customer', 404, deduct({ customer: 'nobody' })],
        ['an unknown customer by UUID', 404, deduct({ customer: unknownUuid() })],
        ['an unknown credit type', 404, deduct({ credit_type: unknownUuid() })],
        ['an unknown product', 404, deduct({ product: unknownUuid() })],
        ['a grant to an unknown customer', 404, issue({ customer: 'nobody' })],
        ['a grant of an unknown credit type', 404, issue({ credit_type: 'gold' })],
        ['a balance of an unknown customer', 404,
            { method: 'GET', path: '/scrip/v1/customers/nobody/balance' }],
        ['a reversal of an unknown deduction', 404,
            { path: `${DEDUCT}/${unknownUuid()}/reverse`, body: {} }],
        ['a capture of an unknown hold', 404, { path: `${HOLD}/${unknownUuid()}/capture`, body: {} }],
        ['a release of an unknown hold', 404, { path: `${HOLD}/${unknownUuid()}/release`, body: {} }],
        ['a uniqueness_key a second time', 409, issue({ uniqueness_key: 'used' })],
        ['an alias in use', 409,
            { path: '/scrip/v1/customers', body: { name: 'x', aliases: ['acme'] } }],
        ['an unknown path', 404, { path: '/scrip/v1/credits', body: {} }],
        ['no such dialect', 404, { path: '/scrip/v2/deductions', body: use }],
        ['the wrong method', 405, { method: 'GET', path: DEDUCT }],
        ['the wrong method for a balance', 405,
            { path: '/scrip/v1/customers/acme/balance', body: {} }],
    ]);

    served.test('402: more than there is, and it says what there is', async () => {
        const before = await stateOf(served, customer());
        const reply = await ask(served.server, 'POST', DEDUCT,
            { key: served.key, body: { ...use, amount: '5.000001' } });
        assert.equal(reply.status, 402, reply.text);
        checkProblem(reply);
        assert.equal(reply.json.available, '5'); // the other 5 are held
        assert.deepEqual(await stateOf(served, customer()), before);
    });

    served.test('402: a hold of more than there is', async () => {
        const before = await stateOf(served, customer());
        const reply = await ask(served.server, 'POST', HOLD,
            { key: served.key, body: { ...hold, amount: '6' } });
        assert.equal(reply.status, 402, reply.text);
        assert.equal(reply.json.available, '5');
        assert.deepEqual(await stateOf(served, customer()), before);
    });

    served.test('a dry run draws nothing and says what it would draw', async () => {
        const before = await stateOf(served, customer());
        const seen = await must(served.server, 'POST', DEDUCT,
            { key: served.key, body: { ...use, dry_run: true } });
        assert.equal(seen.draws.length, 1);
        assert.equal(seen.draws[0].amount, '5');
        assert.deepEqual(await stateOf(served, customer()), before);
    });

    served.test('a live key sees nothing of the test book', async () => {
        for (const [path, body] of [
            [`${HOLD}/${held}/capture`, {}], [`${HOLD}/${held}/release`, {}],
        ]) {
            const before = await stateOf(served, customer());
            const reply = await ask(served.server, 'POST', path, { key: served.live, body });
            assert.equal(reply.status, 404, `${path}: ${reply.text}`);
            assert.deepEqual(await stateOf(served, customer()), before);
        }
        const reply = await ask(served.server, 'POST', DEDUCT, { key: served.live, body: use });
        assert.equal(reply.status, 402, reply.text);
        assert.equal(reply.json.available, '0');
    });

    served.test('413: a body over the limit, from its length alone', async () => {
        const reply = await exchange(served.server, [
            `POST ${DEDUCT} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${served.key.secret}`,
            'Content-Type: application/json', 'Content-Length: 5000000', '', '{',
        ].join('\r\n'));
        assert.equal(reply.status, 413);
    });

    served.test('413: a body that grows over the limit chunk by chunk', async () => {
        const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
        const reply = await exchange(served.server, [
            `POST ${DEDUCT} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${served.key.secret}`,
            'Content-Type: application/json', 'Transfer-Encoding: chunked', '',
            chunk.repeat(5) + '0\r\n\r\n',
        ].join('\r\n'));
        assert.equal(reply.status, 413);
    });
});
