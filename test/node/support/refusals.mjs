// Tables of requests that must be refused.  Each says what is wrong with it, and is held to the
// same four promises: the status, the dialect's own kind of error, the field by its name, and
// that nothing has changed.

import assert from 'node:assert/strict';
import { ask, must } from './http.mjs';

// All that a refused request could have changed and must not: both books, the customers as they
// are listed, and what the customer of the table has.
export async function stateOf(served, customer) {
    const read = (path, key = served.key) => must(served.server, 'GET', path, { key });
    const [test, live, customers, balance] = await Promise.all([
        read('/scrip/v1/book'),
        read('/scrip/v1/book', served.live),
        read('/v1/customers'),
        read(`/scrip/v1/customers/${customer}/balance?credit_type=USD%20(cents)`),
    ]);
    delete balance.at; // the instant of the question
    return {
        test: [test.sequence, test.hash], live: [live.sequence, live.hash], customers, balance,
    };
}

// What an error looks like.  Both dialects: flat JSON, every value a string, one real client
// decodes it into a map of strings.
export function checkDialectError(reply) {
    assert.equal(reply.type, 'application/json', `${reply.headers.get('content-type')}`);
    const error = reply.json;
    assert.equal(typeof error.message, 'string');
    assert.notEqual(error.message, '');
    for (const [name, value] of Object.entries(error))
        assert.equal(typeof value, 'string', name);
}

// RFC 9457.
export function checkProblem(reply) {
    assert.equal(reply.type, 'application/problem+json', `${reply.headers.get('content-type')}`);
    const problem = reply.json;
    assert.equal(typeof problem.type, 'string');
    assert.equal(typeof problem.title, 'string');
    assert.notEqual(problem.title, '');
    assert.equal(problem.status, reply.status);
}

// rows: [what is wrong, status, { method?, path, body | raw, names?, says?, ... options of ask }].
// names: what the error must mention; says: its whole message.
export function refuses(served, { rows, customer, credentials, check }) {
    for (const [what, status, request] of rows) {
        served.test(`${status}: ${what}`, async () => {
            const { method = 'POST', path, names, says, ...options } = request;
            const before = await stateOf(served, customer());
            const reply = await ask(served.server, method,
                typeof path === 'function' ? path() : path, {
                    ...(options.anonymous ? {} : credentials()),
                    ...options,
                    body: typeof options.body === 'function' ? options.body() : options.body,
                });
            assert.equal(reply.status, status, reply.text);
            check(reply);
            if (names != null)
                assert.match(reply.text, new RegExp(`\\b${names}\\b`), `does not name ${names}`);
            if (says !== undefined)
                assert.equal(reply.json.message ?? reply.json.title, says);
            if (status === 409)
                assert.equal(reply.headers.get('x-should-retry'), 'false');
            assert.deepEqual(await stateOf(served, customer()), before, 'something has changed');
        });
    }
}

// Bodies that are not what they should be, whatever the endpoint.  good: a body that would do.
export function malformedBodies(path, good) {
    const text = JSON.stringify(good);
    const row = (what, raw) => [what, 400, { path, raw }];
    return [
        row('no body at all', ''),
        row('not JSON', 'amount=5'),
        row('half a JSON', text.slice(0, -1)),
        row('JSON and more', `${text} ${text}`),
        row('a list where an object belongs', `[${text}]`),
        row('a string where an object belongs', '"hello"'),
        row('null where an object belongs', 'null'),
        row('a field twice', text.replace('{', '{"name":"a","name":"b",')),
        row('a lone surrogate', text.replace('{', '{"reason":"\\ud800",')),
        row('bytes that are not UTF-8', Buffer.concat([
            Buffer.from('{"reason":"'), Buffer.from([0xff, 0xfe]), Buffer.from('",'),
            Buffer.from(text.slice(1)),
        ])),
        row('a comment', text.replace('{', '{/* yes */')),
        row('single quotes', text.replaceAll('"', "'")),
        row('a trailing comma', text.replace(/}$/, ',}')),
        row('nested too deep', text.replace('{', `{"x":${'['.repeat(200)}${']'.repeat(200)},`)),
    ];
}

// A JSON text with one value written as it stands: NaN, 1e400 and others that no object holds.
export const written = (body, path, literal) => {
    const copy = structuredClone(body);
    const names = path.split('.');
    const last = names.pop();
    names.reduce((at, name) => at[name], copy)[last] = '\u0000';
    return JSON.stringify(copy).replace('"\\u0000"', literal);
};
