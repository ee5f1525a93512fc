// GET /openapi.json as a client meets it: valid OpenAPI, true in its examples and about what the
// network itself refuses.  What is behind its routes: openapi-traffic.test.mjs.

import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ask, exchange } from './support/http.mjs';
import { none } from './support/openapi.mjs';
import { suite } from './support/suite.mjs';

const PATH = '/openapi.json';

// Every place in the document with examples: [where, schema, value].
function* examplesOf(node, where) {
    if (node === null || typeof node !== 'object')
        return;
    for (const value of Array.isArray(node.examples) ? node.examples : [])
        yield [where, node, value];
    for (const [key, member] of Object.entries(node))
        if (key !== 'examples')
            yield* examplesOf(member, `${where}/${key}`);
}

suite('the document', {}, (served) => {
    served.test('is valid OpenAPI 3.1', async () => {
        const { json } = served.server.document;
        const { valid, errors } = await new Validator().validate(json);
        assert.ok(valid, JSON.stringify(errors));
        assert.match(json.openapi, /^3\.1\.\d+$/);
    });

    served.test('is small, needs no key, and is not sent to who has it', async () => {
        const first = await fetch(served.server.url + PATH);
        const size = (await first.arrayBuffer()).byteLength;
        assert.ok(size < 300_000, `${size} bytes`);
        assert.equal(first.headers.get('content-type'), 'application/json');
        const etag = first.headers.get('etag');
        const second = await fetch(served.server.url + PATH, { headers: { 'if-none-match': etag } });
        assert.equal(second.status, 304);
        assert.equal(second.headers.get('etag'), etag);
        const head = await fetch(served.server.url + PATH, { method: 'HEAD' });
        assert.equal(head.status, 200);
        assert.equal(Number(head.headers.get('content-length')), size);
    });

    served.test('has examples that are as it says', async () => {
        const { document } = served.server;
        const examples = [...examplesOf(document.json.components.schemas, '')];
        assert.ok(examples.length > 40);
        none(examples.flatMap(([where, schema, value]) => document.faultsOf(schema, value, where)));
    });

    served.test('has a success, a security and the refusals of a key everywhere', async () => {
        const { document } = served.server;
        none(document.operations.flatMap(({ operationId, security, responses, tags }) => [
            ...(Object.keys(responses).some((status) => status.startsWith('2')) ? [] : ['success']),
            ...(tags?.length === 1 ? [] : ['tag']),
            ...(security === undefined ? ['security'] : []),
            ...(security?.length === 0 ? [] : ['401', '429', '500', '503', 'default']
                .filter((status) => !(status in responses))),
        ].map((missing) => `${operationId} has no ${missing}`)));
    });

    // A field or parameter that is not known is named in a 400, so none that is documented may be.
    served.test('has no parameter and no field that the native API does not know', async () => {
        const { document } = served.server;
        const admin = await served.server.key('test', '--scope', 'admin');
        const wrong = [];
        for (const operation of document.operations.filter((one) => one.security?.[0]?.Bearer
            && one.template.startsWith('/scrip'))) {
            const asked = operation.template.replace(/\{\w+\}/, 'nobody');
            const schema = operation.requestBody?.content['application/json'].schema;
            const body = schema === undefined ? undefined : withAll(document, schema);
            const names = operation.parameters.filter((one) => one.in === 'query');
            for (const query of ['', ...names.map(({ name }) => `?${name}=`)]) {
                const reply = await ask(served.server, operation.method, asked + query,
                    { key: admin, body });
                if (/is not a known (field|parameter)/.test(reply.text))
                    wrong.push(`${operation.operationId}: ${reply.json.detail}`);
            }
        }
        none(wrong);
    });

    served.test('is right about what the network refuses', async () => {
        const { document } = served.server;
        const head = (line, ...lines) => [line, 'Host: a', ...lines, '', ''].join('\r\n');
        const cases = [
            [head('GET /scrip/v1/book HTTP/1.1', 'Content-Length: x'), 400],
            [head('GET /scrip/v1/book HTTP/9.9'), 505],
            [head('GET /scrip/v1/book HTTP/1.1', `X: ${'x'.repeat(20_000)}`), 431],
            [head('GET /scrip/v1/book HTTP/1.1', 'Expect: much'), 417],
            [head('GET /scrip/v1/book HTTP/1.1', 'Content-Length: 99999999'), 413],
            [head('GET /scrip/v1/book HTTP/1.1', 'Transfer-Encoding: gzip'), 501],
        ];
        for (const [bytes, status] of cases) {
            const reply = await exchange(served.server, bytes);
            assert.equal(reply.status, status, reply.text);
            document.hold('GET', '/scrip/v1/book', '', reply, reply.text);
        }
    });
});

// An example of a body, with every other field that it may have as null, which says nothing.
function withAll(document, schema) {
    const { properties = {}, examples: [example] = [{}] } = document.resolve(schema);
    return { ...Object.fromEntries(Object.keys(properties).map((name) => [name, null])), ...example };
}
