// HTTP/1.1 on the wire: what must be understood, and what must be refused because two readers
// could understand it differently.

import assert from 'node:assert/strict';
import net from 'node:net';
import { suite } from './support/suite.mjs';
import { exchange, must } from './support/http.mjs';

// Sends text in these pieces, one after the other; everything that came until the peer closed
// or until(all that came) is true.
function talk(server, pieces, until = () => false) {
    return new Promise((resolve, reject) => {
        let got = '';
        const socket = net.connect(server.port, '127.0.0.1', async () => {
            for (const piece of pieces)
                await new Promise((done) => socket.write(piece, done));
        });
        socket.setNoDelay(true);
        socket.setTimeout(20_000, () => {
            socket.destroy();
            reject(new Error(`neither closed nor complete: ${JSON.stringify(got)}`));
        });
        socket.on('data', (bytes) => {
            got += bytes.toString('latin1');
            if (until(got)) {
                socket.destroy();
                resolve(got);
            }
        });
        socket.on('error', () => resolve(got));
        socket.on('close', () => resolve(got));
    });
}

const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
const get = (path, ...headers) => [`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');

suite('HTTP', {}, (served) => {
    const bearer = () => `Authorization: Bearer ${served.key.secret}`;
    const post = (body, ...headers) =>
        ['POST /scrip/v1/customers HTTP/1.1', 'Host: x', bearer(), ...headers, '', body].join('\r\n');

    served.test('pipelined requests are answered in their order', async () => {
        const got = await talk(served.server, [
            get('/healthz') + get('/nowhere') + get('/scrip/v1/book', bearer()) + get('/healthz')
            + get('/scrip/v1/book') + get('/healthz', 'Connection: close'),
        ]);
        assert.deepEqual(statuses(got), [200, 404, 200, 200, 401, 200]);
    });

    served.test('a request may come byte by byte', async () => {
        const body = '{"name":"slow"}';
        const text = post(body, `Content-Length: ${body.length}`, 'Connection: close');
        assert.deepEqual(statuses(await talk(served.server, [...text])), [200]);
    });

    served.test('a chunked body is a body', async () => {
        const text = post('5\r\n{"nam\r\n9;x=y\r\ne":"chunk\r\n3\r\ned"\r\n1\r\n}\r\n0\r\n\r\n',
            'Transfer-Encoding: chunked', 'Connection: close');
        assert.deepEqual(statuses(await talk(served.server, [text])), [200]);
    });

    served.test('HEAD has the head of GET and no body', async () => {
        const got = await talk(served.server,
            [get('/healthz', 'Connection: close').replace('GET', 'HEAD')]);
        assert.deepEqual(statuses(got), [200]);
        assert.ok(got.endsWith('\r\n\r\n'), got);
    });

    served.test('Expect: 100-continue is told to go on, as curl waits for it', async () => {
        const body = '{"name":"expected"}';
        const head = post('', `Content-Length: ${body.length}`, 'Expect: 100-continue',
            'Connection: close');
        const got = await talk(served.server, [head, body]);
        assert.equal(statuses(got).at(-1), 200, got);
    });

    served.test('HTTP/1.0 is answered and closed', async () => {
        const got = await talk(served.server, ['GET /healthz HTTP/1.0\r\n\r\n']);
        assert.match(got, /^HTTP\/1\.[01] \d{3} /);
    });

    served.test('every reply says what it is, when, and under which id', async () => {
        const reply = await exchange(served.server, get('/scrip/v1/book', bearer()));
        assert.equal(reply.type, 'application/json');
        assert.ok(Math.abs(Date.parse(reply.headers.get('date')) - Date.now()) < 60_000);
    });

    for (const [what, status, type, rest] of [
        ['a body that is too large', 413, 'body-large', ['Host: x', 'Content-Length: 999999999', '', '']],
        ['a chunk that is none', 400, 'chunk', ['Host: x', 'Transfer-Encoding: chunked', '', 'x\r\n']],
        ['no Host', 400, 'host-missing', ['', '']],
        ['an expectation that nobody meets', 417, 'expectation', ['Host: x', 'Expect: more', '', '']],
    ]) {
        served.test(`what cannot be read is told in the style of its path: ${what}`, async () => {
            const told = (path) =>
                exchange(served.server, [`POST ${path} HTTP/1.1`, ...rest].join('\r\n'));
            const native = await told('/scrip/v1/grants');
            const { message } = (await told('/v1/credits/createGrant')).json;
            assert.equal(native.status, status);
            assert.equal(native.type, 'application/problem+json');
            assert.deepEqual(native.json,
                { type: `/problems/${type}`, title: message, status, detail: message });
            for (const path of ['/api/v1/customers', '/nowhere', '/scripture']) {
                const other = await told(path);
                assert.equal(other.status, status);
                assert.equal(other.type, 'application/json');
                assert.deepEqual(other.json, { message });
            }
        });
    }

    served.test('where not even a path was read there is a message', async () => {
        const reply = await exchange(served.server,
            get('/scrip/v1/book', `X-Long: ${'x'.repeat(20_000)}`));
        assert.equal(reply.status, 431);
        assert.deepEqual(Object.keys(reply.json), ['message']);
    });

    const body = '{"name":"smuggled"}';
    const length = `Content-Length: ${body.length}`;
    for (const [what, text] of [
        ['both lengths', () => post(`0\r\n\r\n`, length, 'Transfer-Encoding: chunked')],
        ['two different lengths', () => post(body, length, 'Content-Length: 3')],
        ['the same length twice', () => post(body, length, length)],
        ['a length with a sign', () => post(body, `Content-Length: +${body.length}`)],
        ['a length in hexadecimal', () => post(body, 'Content-Length: 0x13')],
        ['a list of lengths', () => post(body, `Content-Length: ${body.length}, ${body.length}`)],
        ['a chunk size that is none', () => post('4x\r\nabcd\r\n0\r\n\r\n', 'Transfer-Encoding: chunked')],
        ['a coding that is not chunked', () => post(body, 'Transfer-Encoding: gzip')],
        ['chunked and more', () => post(body, 'Transfer-Encoding: chunked, identity')],
        ['a space before the colon', () => post(body, `Content-Length : ${body.length}`)],
        ['a folded header', () => post(body, length, 'X-Long: one', ' two')],
        ['a line that ends in LF alone', () => post(body, length).replace('Host: x\r\n', 'Host: x\n')],
        ['no Host', () => post(body, length).replace('Host: x\r\n', '')],
        ['two Hosts', () => post(body, length).replace('Host: x\r\n', 'Host: x\r\nHost: y\r\n')],
        ['a NUL in a header', () => post(body, length, 'X-Nul: a\0b')],
        ['a header without a name', () => post(body, length, ': nameless')],
        ['no HTTP at all', () => 'hello there\r\n\r\n'],
        ['HTTP/2 from the start', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
        ['a target of 10,000 bytes', () => get(`/${'x'.repeat(10_000)}`)],
        ['a header of 20,000 bytes', () => get('/healthz', `X-Long: ${'x'.repeat(20_000)}`)],
        ['a hundred headers', () => get('/healthz', ...Array.from({ length: 100 }, (_, i) => `X-${i}: y`))],
    ]) {
        served.test(`refused, and the connection closed: ${what}`, async () => {
            const customers = async () => (await must(served.server, 'GET', '/v1/customers',
                { key: served.key })).data.map(({ name }) => name);
            // What follows must not be taken for another request.
            const got = await talk(served.server, [text() + get('/healthz')]);
            const [status, ...more] = statuses(got);
            assert.ok(status === undefined || (status >= 400 && status < 600), got);
            assert.deepEqual(more, [], got);
            assert.ok(!(await customers()).includes('smuggled'));
        });
    }
});
