// What two readers could understand differently, or nobody could: refused as the request's fault,
// in each dialect's own words, and never with 500.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite } from './support/suite.mjs';
import { exchange, must } from './support/http.mjs';

const dialects = {
    native: { prefix: '', known: '/scrip/v1/book' },
    metronome: { prefix: '', known: '/v1/credit-types/list' },
    kable: { prefix: '/api/v1', known: '/api/v1/customers' },
};
const errorType = { native: 'application/problem+json', metronome: 'application/json',
    kable: 'application/json' };

function* routes() {
    for (const [dialect, { prefix }] of Object.entries(dialects)) {
        const text = readFileSync(
            new URL(`../../src/api/${dialect}/routes.def`, import.meta.url), 'utf8');
        for (const [, method, template] of text.matchAll(/^ROUTE\((\w+), "([^"]*)"/gm))
            yield { dialect, method, path: prefix + template };
    }
}

const detailOf = ({ dialect, json }) => (dialect === 'native' ? json.detail : json.message);

suite('strictness', {}, (served) => {
    const sent = ({ method, path }, dialect, headers = [], body = '{}') =>
        exchange(served.server, Buffer.from([
            `${method} ${path} HTTP/1.1`, 'Host: x',
            ...(dialect === 'kable'
                ? [`Kable-Client-Id: ${served.key.clientId}`,
                    `Kable-Client-Secret: ${served.key.secret}`]
                : [`Authorization: Bearer ${served.key.secret}`]),
            ...(method === 'POST'
                ? ['Content-Type: application/json', `Content-Length: ${body.length}`]
                : []),
            ...headers, '', method === 'POST' ? body : ''].join('\r\n'), 'latin1'));

    const created = (query) =>
        sent({ method: 'POST', path: `/api/v1/customers/create?${query}` }, 'kable', [],
            '{"clientId":"acme","companyName":"Acme"}');

    function assertFault(dialect, reply, about) {
        assert.equal(reply.status, 400, reply.text);
        assert.equal(reply.type, errorType[dialect]);
        assert.match(detailOf({ dialect, json: reply.json }), about);
    }

    served.test('a path that is not UTF-8 is refused by every route', async () => {
        let count = 0;
        for (const { dialect, method, path } of routes()) {
            if (!path.includes('{'))
                continue;
            count++;
            for (const bad of ['%FF', 'a%C3', '%ED%A0%80']) {
                const reply = await sent({ method, path: path.replace(/\{\w+\}/g, bad) }, dialect);
                assertFault(dialect, reply, /^path must be/);
            }
        }
        assert.ok(count > 20, `${count} routes with a parameter`);
    });

    served.test('a query that is not UTF-8 never breaks a route', async () => {
        for (const { dialect, method, path } of routes()) {
            const plain = path.replace(/\{\w+\}/g, 'nobody');
            for (const query of ['limit=%FF', '%FF=1', 'customer=%C3%28', 'next_page=%FE'])
                assert.ok((await sent({ method, path: `${plain}?${query}` }, dialect)).status < 500,
                    `${method} ${plain}?${query}`);
        }
        for (const [dialect, path] of [['native', '/scrip/v1/customers?alias=%FF'],
            ['metronome', '/v1/customers?ingest_alias=%FF'],
            ['metronome', '/v1/customers?salesforce_account_ids=%FF']])
            assertFault(dialect, await sent({ method: 'GET', path }, dialect), /^query must be/);
        assertFault('kable', await created('keys=%FF'), /^query must be/);
    });

    served.test('texts of a body that are not UTF-8 are refused, keys and names too', async () => {
        const bad = '\xff';
        const id = '11111111-1111-4111-8111-111111111111';
        for (const [dialect, path, body] of [
            ['native', '/scrip/v1/customers', `{"name":"${bad}"}`],
            ['native', '/scrip/v1/customers', `{"name":"a","custom_fields":{"${bad}":"b"}}`],
            ['native', '/scrip/v1/grants', `{"customer":"a","amount":1,"uniqueness_key":"${bad}"}`],
            ['native', '/scrip/v1/grants', `{"customer":"a","amount":1,"${bad}":1}`],
            ['metronome', '/v1/customers', `{"name":"a","custom_fields":{"${bad}":"b"}}`],
            ['metronome', '/v1/customFields/addKey',
                `{"entity":"customer","key":"${bad}","enforce_uniqueness":false}`],
            ['metronome', '/v1/customFields/setValues',
                `{"entity":"customer","entity_id":"${id}","custom_fields":{"${bad}":"b"}}`],
            ['metronome', '/v1/credits/createGrant',
                `{"customer_id":"${id}","uniqueness_key":"${bad}"}`],
            ['kable', '/api/v1/customers/create', `{"clientId":"${bad}","companyName":"a"}`],
        ])
            assertFault(dialect, await sent({ method: 'POST', path }, dialect, [], body), /./);
    });

    served.test('headers that are not text do not break anything', async () => {
        for (const dialect of ['native', 'metronome', 'kable']) {
            const path = { native: '/scrip/v1/customers', metronome: '/v1/customers',
                kable: '/api/v1/customers/create' }[dialect];
            const body = dialect === 'kable' ? '{"clientId":"odd","companyName":"Odd"}' : '{"name":"odd"}';
            assertFault(dialect, await sent({ method: 'POST', path }, dialect,
                ['Idempotency-Key: \xff'], body), /^Idempotency-Key must be/);
            const reply = await sent({ method: 'POST', path }, dialect, ['User-Agent: \xff'], body);
            assert.equal(Math.floor(reply.status / 100), 2, reply.text);
        }
    });

    served.test('credentials that are given twice are refused, the same ones too', async () => {
        for (const [dialect, name, value] of [
            ['native', 'Authorization', `Bearer ${served.key.secret}`],
            ['native', 'authorization', 'Bearer sk_test.other'],
            ['metronome', 'Authorization', `Bearer ${served.live.secret}`],
            ['kable', 'Kable-Client-Secret', served.live.secret],
            ['kable', 'Kable-Client-Id', served.key.clientId]]) {
            const reply = await sent({ method: 'GET', path: dialects[dialect].known }, dialect,
                [`${name}: ${value}`]);
            assertFault(dialect, reply, new RegExp(`^${name} must be given once`, 'i'));
        }
    });

    served.test('a parameter that is given twice is refused, unless it is a list', async () => {
        for (const [dialect, path, name] of [
            ['native', '/scrip/v1/customers?limit=1&limit=2', 'limit'],
            ['native', '/scrip/v1/customers?limit=1&limit=1', 'limit'],
            ['native', '/scrip/v1/grants?cursor=a&cursor=a', 'cursor'],
            ['metronome', '/v1/customers?limit=1&limit=2', 'limit'],
            ['metronome', '/v1/customers?next_page=a&next_page=b', 'next_page']])
            assertFault(dialect, await sent({ method: 'GET', path }, dialect),
                new RegExp(`^${name} must be given once`));
        assertFault('kable', await created('keys=true&keys=false'), /^keys must be given once/);
        const ids = [];
        for (const name of ['one', 'two', 'three'])
            ids.push((await must(served.server, 'POST', '/v1/customers',
                { key: served.key, body: { name } })).data.id);
        const [one, two, three] = ids;
        for (const query of [`customer_ids=${one},${two}&customer_ids=${three}`,
            ids.map((id) => `customer_ids=${id}`).join('&')]) {
            const { data } = await must(served.server, 'GET', `/v1/customers?${query}`,
                { key: served.key });
            assert.deepEqual(data.map(({ id }) => id).sort(), ids.slice().sort());
        }
    });
});
