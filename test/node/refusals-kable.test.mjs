// What the Kable dialect refuses.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { checkDialectError, malformedBodies, refuses, written } from './support/refusals.mjs';
import { exchange, must } from './support/http.mjs';

const CREATE = '/api/v1/customers/acme/credits/create';
const BALANCE = '/api/v1/customers/acme/credits/balance';
const customer = () => 'acme';
const good = { grantAmount: 100 };
const create = (change, names) => ({ path: CREATE, body: { ...good, ...change }, names });
const literal = (text, names = 'grantAmount') =>
    ({ path: CREATE, raw: written(good, 'grantAmount', text), names });
const ids = (clientId, secret) => ({
    'kable-client-id': clientId, 'kable-client-secret': secret,
});

suite('Kable dialect: what it refuses', {}, (served) => {
    const credentials = () => ({ kable: served.key });
    const table = (rows) => refuses(served, {
        rows, customer, credentials, check: checkDialectError,
    });

    served.test('a customer with one grant, to be left alone', async () => {
        await must(served.server, 'POST', '/api/v1/customers/create', {
            kable: served.key, body: { clientId: 'acme', companyName: 'Acme', currency: 'USD' },
        });
        await must(served.server, 'POST', CREATE, { kable: served.key, body: good });
    });

    const unauthorized = (request) => ({ anonymous: true, says: 'Unauthorized', ...request });
    table([
        ['no key', 401, unauthorized({ path: CREATE, body: good })],
        ['no key for a balance', 401, unauthorized({ method: 'GET', path: BALANCE })],
        ['an unknown key', 401, unauthorized({
            path: CREATE, body: good,
            headers: ids('kci_3c90e9ac92c64f31ae8ed84d21e18740', 'sk_test.jI92Cbu0.XeHWdYM1'),
        })],
        ['an unknown customer without a key is nobody\'s business', 401, unauthorized(
            { method: 'GET', path: '/api/v1/customers/nobody/credits/balance' })],
    ]);

    // Each half of a pair is right; the pair is not.
    for (const [what, pairOf] of [
        ['a client id with another key\'s secret', () => ids(served.key.clientId, served.live.secret)],
        ['a secret with another key\'s client id', () => ids(served.live.clientId, served.key.secret)],
        ['a client id without a secret', () => ({ 'kable-client-id': served.key.clientId })],
        ['a secret without a client id', () => ({ 'kable-client-secret': served.key.secret })],
        ['a Bearer instead of the pair', () => ({ authorization: `Bearer ${served.key.secret}` })],
    ]) {
        served.test(`401: ${what}`, async () => {
            const reply = await fetch(served.server.url + BALANCE, { headers: pairOf() });
            assert.equal(reply.status, 401);
            assert.deepEqual(await reply.json(), { message: 'Unauthorized' });
        });
    }

    table(malformedBodies(CREATE, good));
    table([
        ['a grantAmount that is missing', 400, { path: CREATE, body: {}, names: 'grantAmount' }],
        ['a grantAmount of null', 400, create({ grantAmount: null }, 'grantAmount')],
        ['a grantAmount that is a word', 400, create({ grantAmount: 'many' }, 'grantAmount')],
        ['a grantAmount that is true', 400, create({ grantAmount: true }, 'grantAmount')],
        ['a grantAmount of zero', 400, create({ grantAmount: 0 }, 'grantAmount')],
        ['a grantAmount below zero', 400, create({ grantAmount: -100 }, 'grantAmount')],
        ['a grantAmount of NaN', 400, literal('NaN', null)],
        ['a grantAmount of -Infinity', 400, literal('-Infinity', null)],
        ['a grantAmount beyond 64 bits', 400, literal('99999999999999999999999')],
        ['a grantAmount of 1e300', 400, literal('1e300')],
        ['a chargeAmount below zero', 400, create({ chargeAmount: -1 }, 'chargeAmount')],
        ['a chargeAmount that is a word', 400, create({ chargeAmount: 'x' }, 'chargeAmount')],
        ['a description that is a number', 400, create({ description: 5 }, 'description')],
        ['an expiration that is not an instant', 400, create({ expiration: 'never' }, 'expiration')],
        ['an expiration that is a number', 400, create({ expiration: 1893456000 }, 'expiration')],
        ['an expiration that is over', 400,
            create({ expiration: '2020-01-01T00:00:00.000Z' }, 'expiration')],
        ['an unknown customer', 404,
            { path: '/api/v1/customers/nobody/credits/create', body: good }],
        ['an unknown customer\'s balance', 404,
            { method: 'GET', path: '/api/v1/customers/nobody/credits/balance' }],
        ['an unknown customer in escapes', 404,
            { method: 'GET', path: '/api/v1/customers/no%2Fbody%20here/credits/balance' }],
        ['an escape that is none', 400, { method: 'GET', path: '/api/v1/customers/%zz' }],
        ['a customer without a clientId', 400,
            { path: '/api/v1/customers/create', body: { companyName: 'x', currency: 'USD' }, names: 'clientId' }],
        ['a customer without a companyName', 400,
            { path: '/api/v1/customers/create', body: { clientId: 'x', currency: 'USD' }, names: 'companyName' }],
        ['a currency that nobody has', 400,
            { path: '/api/v1/customers/create',
                body: { clientId: 'x', companyName: 'x', currency: 'XXX' }, names: 'currency' }],
        ['a clientId in use', 409,
            { path: '/api/v1/customers/create',
                body: { clientId: 'acme', companyName: 'x', currency: 'USD' } }],
        ['an unknown path', 404, { path: '/api/v1/customers/acme/credits/burn', body: good }],
        ['the wrong method', 405, { method: 'GET', path: CREATE }],
        ['the wrong method for a balance', 405, { path: BALANCE, body: {} }],
    ]);

    served.test('413: a body over the limit, from its length alone', async () => {
        const reply = await exchange(served.server, [
            `POST ${CREATE} HTTP/1.1`, 'Host: x', `Kable-Client-Id: ${served.key.clientId}`,
            `Kable-Client-Secret: ${served.key.secret}`, 'Content-Type: application/json',
            'Content-Length: 5000000', '', '{',
        ].join('\r\n'));
        assert.equal(reply.status, 413);
    });
});
