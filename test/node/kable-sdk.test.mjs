// Kable's Node, Python and Go SDKs, as they talk to the server: authenticate at the start, a check of
// each customer's request, events in batches, and the same batch again after a failure.  Their
// behaviour in our own words: the headers, the bodies, and what they take for success.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { suite } from './support/suite.mjs';
import { ask, exchange, must } from './support/http.mjs';

const RETRIES = 3;

// Takes anything but 200 as a failure, sends a batch again with the same transactionIds after a
// network error, a 5xx or a 429, and drops it after any other failure.
class Sdk {
    constructor(served, { language, key = served.key, send = fetch }) {
        this.base = served.server.url;
        this.key = key;
        this.language = language;
        this.send = send;
        this.queue = [];
        this.checked = new Map(); // customers' keys that were right, for 30 seconds
    }

    get version() {
        return this.language === 'node' ? '/api/v1' : '/api'; // Python's has no version
    }

    async start() {
        const reply = await this.send(`${this.base}${this.version}/authenticate`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                'KABLE-CLIENT-ID': this.key.clientId, 'KABLE-CLIENT-SECRET': this.key.secret,
                'X-CLIENT-ID': this.key.clientId, 'X-API-KEY': this.key.secret,
            },
        });
        assert.equal(reply.status, 200, 'the SDK throws');
    }

    // The middleware: true when the request may go on.
    async authenticate(clientId, secret) {
        const known = `${clientId} ${secret}`;
        if (this.checked.has(known))
            return true;
        const reply = await this.send(`${this.base}/api/authenticate`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json', 'KABLE-CLIENT-ID': this.key.clientId,
                'X-CLIENT-ID': clientId, 'X-API-KEY': secret,
            },
        });
        if (reply.status === 200)
            this.checked.set(known, Date.now());
        else
            assert.equal(reply.status, 401);
        return reply.status === 200;
    }

    record(clientId, data) {
        const now = new Date().toISOString();
        this.queue.push({
            clientId, data, transactionId: randomUUID(),
            // datetime.utcnow().isoformat() knows no zone
            timestamp: this.language === 'node' ? now : `${now.slice(0, -1)}123`,
            kableClientId: this.key.clientId,
            library: { name: `kable-${this.language}`, version: '3.0.0' },
        });
    }

    async flush() {
        const body = JSON.stringify(this.queue.splice(0));
        for (let attempt = 0; ; attempt++) {
            let status = 0;
            try {
                ({ status } = await this.send(`${this.base}${this.version}/events/create`, {
                    method: 'POST', body,
                    headers: {
                        'Content-Type': 'application/json',
                        'KABLE-CLIENT-ID': this.key.clientId,
                        'KABLE-CLIENT-SECRET': this.key.secret,
                    },
                }));
            } catch {
                // a network error
            }
            if (status === 200)
                return attempt;
            assert.ok(status === 0 || status === 429 || status >= 500, `dropped after ${status}`);
            assert.ok(attempt < RETRIES, 'given up');
        }
    }
}

// The request arrives, the reply does not, so many times.
function losing(replies) {
    return async (url, options) => {
        const reply = await fetch(url, options);
        if (replies-- > 0)
            throw new TypeError('fetch failed');
        return reply;
    };
}

const available = async (served, clientId) =>
    (await must(served.server, 'GET', `/api/v1/customers/${clientId}/credits/balance`,
        { kable: served.key })).available;

suite('Kable: the SDKs', {}, (served) => {
    const secrets = {};

    served.test('a customer is made with its keys, and gets credits', async () => {
        const customer = await must(served.server, 'POST', '/api/v1/customers/create?keys=true', {
            kable: served.key, body: { clientId: 'acme', companyName: 'Acme', currency: 'USD' },
        });
        for (const { environment, clientId, key } of customer.keys) {
            assert.equal(clientId, 'acme');
            assert.match(key, /^sk_(live|test)\.[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}$/);
            assert.equal(key.slice(3, 7), environment.toLowerCase());
            secrets[environment] = key;
        }
        assert.deepEqual(Object.keys(secrets), ['LIVE', 'TEST']);
        await must(served.server, 'POST', '/api/v1/customers/acme/credits/create',
            { kable: served.key, body: { grantAmount: 1000 } });
    });

    for (const language of ['node', 'python']) {
        served.test(`${language}: starts, checks its customers, and reports in batches`, async () => {
            const sdk = new Sdk(served, { language });
            const before = await available(served, 'acme');

            await sdk.start();
            assert.equal(await sdk.authenticate('acme', secrets.TEST), true);
            assert.equal(await sdk.authenticate('acme', secrets.LIVE), false, 'another environment');
            assert.equal(await sdk.authenticate('other', secrets.TEST), false);
            for (let i = 0; i < 20; i++)
                sdk.record('acme', { credits: 0.5, path: '/v1/things', statusCode: 200 });
            for (let i = 0; i < 5; i++)
                sdk.record('acme', { path: '/v1/free' });
            assert.equal(await sdk.flush(), 0);
            assert.equal(await available(served, 'acme'), before - 10);
        });
    }

    served.test('node: a batch whose reply was lost is deducted once', async () => {
        const sdk = new Sdk(served, { language: 'node', send: losing(2) });
        const before = await available(served, 'acme');

        for (let i = 0; i < 500; i++)
            sdk.record('acme', { credits: '0.1' });
        assert.equal(await sdk.flush(), 2);
        assert.equal(await available(served, 'acme'), before - 50);
    });

    served.test('the same batch at once from many is deducted once', async () => {
        const before = await available(served, 'acme');
        const body = Array.from({ length: 100 }, (_, i) => ({
            clientId: 'acme', timestamp: new Date().toISOString(), transactionId: `once-${i}`,
            data: { credits: 1 },
        }));
        const replies = await Promise.all(Array.from({ length: 8 }, () =>
            ask(served.server, 'POST', '/api/v1/events/create', { kable: served.key, body })));
        for (const reply of replies) {
            assert.equal(reply.status, 200, reply.text);
            assert.equal(reply.text, '');
            assert.equal(reply.type, 'application/json');
            assert.match(reply.headers.get('x-request-id'), /^req_/);
        }
        assert.equal(await available(served, 'acme'), before - 100);
    });

    served.test('go: one event at a time, two Content-Type lines, nanoseconds and an offset', async () => {
        const before = await available(served, 'acme');
        const body = `${JSON.stringify([{
            clientId: 'acme', timestamp: '2099-01-01T00:00:00.123456789+02:00',
            transactionId: randomUUID(), data: { credits: 2 },
        }])}\n`;
        const reply = await exchange(served.server, [
            'POST /api/v1/events/create HTTP/1.1', `Host: 127.0.0.1:${served.server.port}`,
            'User-Agent: Go-http-client/1.1', `Content-Length: ${Buffer.byteLength(body)}`,
            'Content-Type: application/json', 'Content-Type: application/json',
            `Kable-Client-Id: ${served.key.clientId}`,
            `Kable-Client-Secret: ${served.key.secret}`, 'Accept-Encoding: gzip', '', body,
        ].join('\r\n'));
        assert.equal(reply.status, 200, reply.text);
        assert.equal(await available(served, 'acme'), before - 2, 'a clock that is ahead counts as now');
    });

    served.test('1,000 events are one commit; 1,001 are too many', async () => {
        const events = (count) => Array.from({ length: count }, (_, i) => ({
            clientId: 'acme', timestamp: new Date().toISOString(), transactionId: `many-${i}`,
            data: { credits: 0.001 },
        }));
        const batches = async () => Number(/^scrip_ledger_batches_total (\d+)$/m.exec(
            await (await fetch(`${served.server.url}/metrics`)).text())[1]);
        const before = await available(served, 'acme');
        const many = await ask(served.server, 'POST', '/api/v1/events/create',
            { kable: served.key, body: events(1001) });
        assert.equal(many.status, 400);
        const start = await batches();
        const reply = await ask(served.server, 'POST', '/api/v1/events/create',
            { kable: served.key, body: events(1000) });
        assert.equal(reply.status, 200, reply.text);
        assert.equal(await batches(), start + 1);
        assert.equal(await available(served, 'acme'), before - 1);
    });

    served.test('checks of a customer\'s key cost the ledger nothing', async () => {
        const counters = async () => {
            const text = await (await fetch(`${served.server.url}/metrics`)).text();
            return ['jobs', 'commands', 'queries', 'batches'].map((name) =>
                Number(new RegExp(`^scrip_ledger_${name}_total (\\d+)$`, 'm').exec(text)[1]));
        };
        const before = await counters();
        const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
        const check = () => new Promise((resolve, reject) => {
            http.request(`${served.server.url}/api/authenticate`, {
                method: 'POST', agent,
                headers: {
                    'KABLE-CLIENT-ID': served.key.clientId, 'X-CLIENT-ID': 'acme',
                    'X-API-KEY': secrets.TEST,
                },
            }, (reply) => {
                reply.resume().on('end', () => resolve(reply.statusCode));
            }).on('error', reject).end();
        });
        for (let i = 0; i < 10; i++) {
            const statuses = await Promise.all(Array.from({ length: 100 }, check));
            assert.ok(statuses.every((status) => status === 200));
        }
        agent.destroy();
        assert.deepEqual(await counters(), before);
    });

    served.test('a list of customers that is longer than any page', async () => {
        const count = 2500;
        for (let i = 0; i < count; i += 100)
            await Promise.all(Array.from({ length: 100 }, (_, k) =>
                must(served.server, 'POST', '/api/v1/customers/create', {
                    kable: served.key, body: { clientId: `c-${i + k}`, companyName: `C ${i + k}` },
                })));
        const list = await must(served.server, 'GET', '/api/v1/customers', { kable: served.key });
        assert.equal(list.length, count + 1);
        assert.equal(new Set(list.map(({ clientId }) => clientId)).size, count + 1);
    });

    served.test('two updates at once lose nothing of each other', async () => {
        const changes = [
            { currency: 'EUR' }, { stripeCustomerId: 'cus_1' }, { metadata: { a: 1 } },
            { billingContact: { email: 'a@example.com' } }, { companyName: 'Acme Two' },
        ];
        await Promise.all(changes.map((body) => must(served.server, 'POST',
            '/api/v1/customers/acme/update', { kable: served.key, body })));
        const customer = await must(served.server, 'GET', '/api/v1/customers/acme',
            { kable: served.key });
        for (const change of changes)
            for (const [name, value] of Object.entries(change))
                assert.deepEqual(customer[name], value);
    });
});
