// The Kable dialect, as the bytes that Kable's generated Go client (v2.0.1, standard Go
// net/http) puts on the wire: header order and spelling, PathEscape, the newline that
// json.NewEncoder leaves behind a body.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { ask, exchange, must } from './support/http.mjs';

const KABLE_CUSTOMER = /^cus_[0-9a-f]{32}$/;
const KABLE_GRANT = /^crd_[0-9a-f]{32}$/;

// Go's url.PathEscape of a segment: encodeURIComponent leaves !'()* alone, Go leaves $&+:=@.
const pathEscape = (text) => encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|3A|3D|40)/g, (code) => decodeURIComponent(code));

// What Go's net/http writes: Host, User-Agent and Content-Length, the others in order of their
// names, then its own Accept-Encoding.
function goRequest(served, method, path, body, more = {}) {
    const headers = {
        'Accept': 'application/json',
        'Kable-Client-Id': served.key.clientId,
        'Kable-Client-Secret': served.key.secret,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...more,
    };
    return [
        `${method} ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${served.server.port}`,
        'User-Agent: OpenAPI-Generator/1.0.0/go',
        ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
        ...Object.keys(headers).sort().map((name) => `${name}: ${headers[name]}`),
        'Accept-Encoding: gzip',
        '',
        body ?? '',
    ].join('\r\n');
}

// The generated client decodes a reply only if its type matches this.
const GO_JSON_TYPE = /^(application|text)\/(vnd\.[^;]+\+)?json/i;

function decoded(reply) {
    assert.match(reply.headers.get('content-type') ?? '', GO_JSON_TYPE);
    assert.notEqual(reply.headers.get('x-request-id') ?? '', '');
    return reply.json;
}

suite('Kable: the Go client, byte for byte', {}, (served) => {
    const clientId = 'acme/west@example.com one';
    const escaped = 'acme%2Fwest@example.com%20one';
    let customer;

    served.test('PathEscape is understood here as in Go', () => {
        assert.equal(pathEscape(clientId), escaped);
        assert.equal(pathEscape("100% $&+:=@/!'()*"), '100%25%20$&+:=@%2F%21%27%28%29%2A');
    });

    served.test('authenticate, with a content type and no body', async () => {
        for (const path of ['/api/v1/authenticate', '/api/authenticate']) {
            const reply = await exchange(served.server, goRequest(served, 'POST', path, '',
                { 'X-Client-Id': served.key.clientId }));
            assert.equal(reply.status, 200, reply.text);
        }
    });

    served.test('CreateCustomer', async () => {
        const body = JSON.stringify({ clientId, companyName: 'Acme West', currency: 'USD' });
        const reply = await exchange(served.server,
            goRequest(served, 'POST', '/api/v1/customers/create', `${body}\n`));
        assert.equal(reply.status, 200, reply.text);
        customer = decoded(reply);
        assert.match(customer.customerId, KABLE_CUSTOMER);
        assert.equal(customer.clientId, clientId);
        assert.equal(customer.companyName, 'Acme West');
        assert.equal(customer.currency, 'USD');
        assert.equal(customer.status, 'ACTIVE');
    });

    served.test('GetCustomer by clientId in one escaped segment, and by customerId', async () => {
        for (const name of [escaped, 'acme%2fwest%40example.com%20one', customer.customerId]) {
            const reply = await exchange(served.server,
                goRequest(served, 'GET', `/api/v1/customers/${name}`));
            assert.equal(reply.status, 200, reply.text);
            assert.equal(decoded(reply).customerId, customer.customerId);
        }
    });

    served.test('CreateCreditGrant(100)', async () => {
        const reply = await exchange(served.server, goRequest(served, 'POST',
            `/api/v1/customers/${escaped}/credits/create`, '{"grantAmount":100}\n'));
        assert.equal(reply.status, 200, reply.text);
        const grant = decoded(reply);
        assert.match(grant.creditGrantId, KABLE_GRANT);
        assert.equal(grant.grantAmount, 100);
        assert.equal(grant.balanceAmount, 100);
        assert.equal(grant.currency, 'USD');
        assert.equal(grant.customerId, customer.customerId);
        assert.equal('paidAmount' in grant, false);
        assert.equal('expiration' in grant, false);
    });

    served.test('GetCustomerCreditBalance, without a content type', async () => {
        for (const name of [escaped, customer.customerId]) {
            const reply = await exchange(served.server,
                goRequest(served, 'GET', `/api/v1/customers/${name}/credits/balance`));
            assert.equal(reply.status, 200, reply.text);
            assert.equal(reply.text.trim(), '{"available":100}');
            decoded(reply);
        }
    });

    served.test('all the fields of the later contract', async () => {
        const reply = await exchange(served.server, goRequest(served, 'POST',
            `/api/v1/customers/${escaped}/credits/create`, `${JSON.stringify({
                grantAmount: 25.5, description: 'A top-up grant to buy more API credits.',
                expiration: '2098-01-01T00:00:00.000Z',
            })}\n`));
        assert.equal(reply.status, 200, reply.text);
        const grant = decoded(reply);
        assert.equal(grant.grantAmount, 25.5);
        assert.equal(grant.balanceAmount, 25.5);
        assert.equal(grant.description, 'A top-up grant to buy more API credits.');
        assert.equal(Date.parse(grant.expiration), Date.parse('2098-01-01T00:00:00Z'));
    });

    served.test('a body that was never set is null, and grantAmount is missing', async () => {
        const reply = await exchange(served.server, goRequest(served, 'POST',
            `/api/v1/customers/${escaped}/credits/create`, 'null\n'));
        assert.equal(reply.status, 400);
        assert.match(decoded(reply).message, /grantAmount/);
    });

    served.test('two Content-Type lines, as the hand-written client adds one', async () => {
        const body = `${JSON.stringify([{
            clientId, timestamp: '2024-01-01T00:00:00.123456789+02:00', transactionId: 't-1',
            data: {},
        }])}\n`;
        const bytes = goRequest(served, 'POST', '/api/v1/events/create', body)
            .replace('Content-Type: ', 'Content-Type: application/json\r\nContent-Type: ');
        const reply = await exchange(served.server, bytes);
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.text, '');
    });

    served.test('UpdateCustomer, CancelCustomer with a null body, DeleteCustomer', async () => {
        const doomed = await must(served.server, 'POST', '/api/v1/customers/create', {
            kable: served.key, body: { clientId: 'doomed one', companyName: 'Doomed' },
        });
        const post = async (verb, body) => {
            const reply = await exchange(served.server,
                goRequest(served, 'POST', `/api/v1/customers/doomed%20one/${verb}`, body));
            assert.equal(reply.status, 200, reply.text);
            return reply;
        };
        assert.equal(decoded(await post('update', '{"companyName":"Renamed"}\n')).companyName,
            'Renamed');
        assert.equal(decoded(await post('cancel', 'null\n')).status, 'CANCELLED');
        assert.equal((await post('delete', 'null\n')).text, '');
        const reply = await exchange(served.server,
            goRequest(served, 'GET', `/api/v1/customers/${doomed.customerId}`));
        assert.equal(reply.status, 404);
        assert.equal(decoded(reply).message, 'Customer not found');
    });

    served.test('header names in all the letter cases in use', async () => {
        const { clientId: id, secret } = served.key;
        const path = `/api/v1/customers/${customer.customerId}/credits/balance`;
        for (const [idName, secretName] of [
            ['KABLE-CLIENT-ID', 'KABLE-CLIENT-SECRET'], ['kable-client-id', 'kable-client-secret'],
            ['Kable-Client-ID', 'Kable-Client-Secret'],
        ]) {
            const reply = await exchange(served.server, [
                `GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${served.server.port}`,
                `${idName}: ${id}`, `${secretName}: ${secret}`, 'KABLE-ENVIRONMENT: TEST', '', '',
            ].join('\r\n'));
            assert.equal(reply.status, 200, `${idName}: ${reply.text}`);
        }
    });

    served.test('usage burns these credits too', async () => {
        const { balance } = await must(served.server, 'POST', '/scrip/v1/deductions',
            { key: served.key, body: { customer: clientId, amount: '110' } });
        assert.equal(balance.available, '15.5');
        const reply = await exchange(served.server,
            goRequest(served, 'GET', `/api/v1/customers/${escaped}/credits/balance`));
        assert.equal(reply.json.available, 15.5);
    });

    served.test('the list of customers is a bare array', async () => {
        const reply = await ask(served.server, 'GET', '/api/v1/customers', { kable: served.key });
        assert.equal(reply.status, 200, reply.text);
        assert.deepEqual(reply.json.map(({ customerId }) => customerId), [customer.customerId]);
    });
});
