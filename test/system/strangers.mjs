// Every route of every dialect, as it stands in src/api/*/routes.def, to those whom it does not
// serve: without a key, with a wrong one, with half of one, and with a key of the live book about
// things of the test book.  Each answers in its dialect's shape, tells nothing, and nothing changes.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, root } from '../node/support/server.mjs';
import { USD_CENTS, ask, must } from '../node/support/http.mjs';
import { checkDialectError, checkProblem } from '../node/support/refusals.mjs';

const ROUTE = /^ROUTE\(\s*(\w+),\s*"([^"]+)",\s*(\w+),/gm;
const PREFIXES = { native: [''], metronome: [''], kable: ['/api/v1', '/api'] };
const ROUTES_MIN = 60; // so that a regular expression that matches nothing is found out

const routes = readdirSync(path.join(root, 'src/api'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && PREFIXES[entry.name] !== undefined)
    .flatMap(({ name: dialect }) => {
        const text = readFileSync(path.join(root, 'src/api', dialect, 'routes.def'), 'utf8');
        return [...text.matchAll(ROUTE)].flatMap(([, method, template]) =>
            PREFIXES[dialect].map((prefix) => ({ dialect, method, template: prefix + template })));
    });

const check = { native: checkProblem, metronome: checkDialectError, kable: checkDialectError };

describe('strangers', () => {
    let server, test, live, things;

    // What names a thing of the test book, and must not be found in an answer to anybody else.
    const AMOUNT = '7654321';
    const NAME = 'only in the test book';

    before(async () => {
        server = await Server.start();
        test = await server.key('test', '--scope', 'admin');
        live = await server.key('live', '--scope', 'admin');
        const make = (where, body) => must(server, 'POST', where, { key: test, body });
        const customer = await make('/scrip/v1/customers', { name: 'Acme', aliases: ['acme'] });
        const of = { customer: 'acme', credit_type: USD_CENTS };
        const grant = await make('/scrip/v1/grants', { ...of, amount: AMOUNT, name: NAME });
        const deduction = await make('/scrip/v1/deductions', { ...of, amount: '2', reason: NAME });
        const hold = await make('/scrip/v1/holds', { ...of, amount: '3', expires_in: 9999, reason: NAME });
        things = { customer: customer.id, grant: grant.id, deduction: deduction.id, hold: hold.id };
    });
    after(async () => {
        await server.stop();
        await server.verify();
        server.forget();
    });

    const book = async (key) => {
        const { sequence, hash } = await must(server, 'GET', '/scrip/v1/book', { key });
        return { sequence, hash };
    };
    const stateOf = async () => ({
        test: await book(test),
        live: await book(live),
        customers: await must(server, 'GET', '/v1/customers', { key: test }),
        keys: await must(server, 'GET', '/scrip/v1/keys', { key: test }),
    });

    // The path with ids of the test book in it.
    const pathOf = ({ template }) => template
        .replace(/\/grants\/\{id\}/, () => `/grants/${things.grant}`)
        .replace(/\/deductions\/\{id\}/, () => `/deductions/${things.deduction}`)
        .replace(/\/holds\/\{id\}/, () => `/holds/${things.hold}`)
        .replace('{client_id}', () => test.clientId)
        .replace(/\{customer(_id|Id)?\}/, () => things.customer);

    it('every route is known here', () => {
        assert.ok(routes.length >= ROUTES_MIN, `${routes.length} routes`);
        for (const route of routes)
            assert.doesNotMatch(pathOf(route), /[{}]/, route.template);
    });

    const bearer = (secret) => ({ authorization: `Bearer ${secret}` });
    const pair = (clientId, secret) => ({
        'kable-client-id': clientId, 'kable-client-secret': secret,
    });
    const changed = (secret) => secret.slice(0, -1) + (secret.endsWith('a') ? 'b' : 'a');

    const nobody = () => [
        ['no key', {}],
        ['an empty one', { ...bearer(''), ...pair('', '') }],
        ['a wrong one', { ...bearer(changed(test.secret)), ...pair(test.clientId, changed(test.secret)) }],
        ['the beginning of one', {
            ...bearer(test.secret.slice(0, 16)), ...pair(test.clientId, test.secret.slice(0, 16)),
        }],
        ['one of 4,000 bytes', { ...bearer('s'.repeat(4000)), ...pair(test.clientId, 's'.repeat(4000)) }],
        ['another scheme', { authorization: `Basic ${btoa(`${test.clientId}:${test.secret}`)}` }],
        ['the secret of another', pair(test.clientId, live.secret)],
        ['the client id alone', { 'kable-client-id': test.clientId }],
        ['the client id for a secret', { ...bearer(test.clientId), ...pair(test.clientId, test.clientId) }],
    ];

    for (const dialect of Object.keys(PREFIXES)) {
        it(`${dialect}: 401 to who has no key`, async () => {
            const start = await stateOf();
            for (const route of routes.filter((one) => one.dialect === dialect)) {
                for (const [what, headers] of nobody()) {
                    const reply = await ask(server, route.method, pathOf(route),
                        { headers, body: route.method === 'GET' ? undefined : {} });
                    const told = `${what}: ${route.method} ${route.template}: ${reply.text}`;
                    assert.equal(reply.status, 401, told);
                    check[dialect](reply);
                    for (const secret of [test.secret, live.secret, things.grant, AMOUNT])
                        assert.ok(!reply.text.includes(secret), told);
                }
            }
            assert.deepEqual(await stateOf(), start);
        });
    }

    // What it takes to be refused for the id alone.
    const BODIES = {
        '/v1/credits/editGrant': () => ({ id: things.grant, name: 'mine now' }),
        '/v1/credits/voidGrant': () => ({ id: things.grant }),
        '/v1/customFields/setValues': () => ({
            entity: 'credit_grant', entity_id: things.grant, custom_fields: { a: 'b' },
        }),
        '/v1/customFields/deleteValues': () => ({
            entity: 'credit_grant', entity_id: things.grant, keys: ['a'],
        }),
        '/scrip/v1/grants/{id}': () => ({ name: 'mine now' }),
        '/scrip/v1/holds/{id}/extend': () => ({ expires_in: 60 }),
    };
    const namesBookThing = (route) => BODIES[route.template] !== undefined
        || /\/(grants|deductions|holds)\/\{id\}/.test(route.template)
        || route.template.includes('{client_id}');

    it('a key of the other book: 404 for what is of this one, and nothing of it elsewhere', async () => {
        const start = await stateOf();
        let found = 0;
        for (const route of routes) {
            if (route.template.endsWith('/customers/{customerId}/delete')
                || /\/(archive|cancel)$/.test(route.template))
                continue; // customers are of both books
            const reply = await ask(server, route.method, pathOf(route), {
                headers: route.dialect === 'kable' ? pair(live.clientId, live.secret) : bearer(live.secret),
                body: route.method === 'GET' ? undefined : BODIES[route.template]?.() ?? {},
            });
            const told = `${route.method} ${route.template}: ${reply.status} ${reply.text}`;
            if (namesBookThing(route)) {
                found++;
                assert.equal(reply.status, 404, told);
                check[route.dialect](reply);
            }
            assert.ok(reply.status < 500, told);
            for (const secret of [AMOUNT, NAME, things.hold, things.deduction, test.secret])
                assert.ok(!reply.text.includes(secret), `${told} tells ${secret}`);
        }
        assert.ok(found >= 14, `${found} routes`);
        const end = await stateOf();
        assert.deepEqual(end.test, start.test);
        assert.deepEqual(end.keys, start.keys);
    });
});
