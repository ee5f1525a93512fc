// Requests as a stranger with curl would make them: nothing is added that the test did not write.

import net from 'node:net';
import { randomUUID } from 'node:crypto';

// Every reply is held to the document of /openapi.json, where the server's is known (suite.mjs).
// Sends JSON, or `raw` as it is.  key: a Bearer; kable: the same key as the Kable client sends it.
export async function ask(server, method, path, { key, kable, body, raw, headers = {} } = {}) {
    const sent = { ...headers };
    if (key !== undefined)
        sent.authorization = `Bearer ${key.secret}`;
    if (kable !== undefined) {
        sent['kable-client-id'] = kable.clientId;
        sent['kable-client-secret'] = kable.secret;
    }
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    if (payload !== undefined && sent['content-type'] === undefined)
        sent['content-type'] = 'application/json';

    const reply = await fetch(server.url + path, { method, headers: sent, body: payload });
    const text = await reply.text();
    server.document?.hold(method, path, payload ?? '', reply, text);
    return {
        status: reply.status,
        headers: reply.headers,
        type: reply.headers.get('content-type')?.split(';')[0],
        text,
        get json() {
            return JSON.parse(text);
        },
    };
}

// As ask, but anything other than 200 is a failure of the test; gives the JSON.
export async function must(server, method, path, options) {
    const reply = await ask(server, method, path, options);
    if (reply.status !== 200)
        throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.json;
}

// Writes exact bytes to a fresh connection and reads one reply with a Content-Length.
export function exchange(server, bytes) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(server.port, '127.0.0.1');
        let got = Buffer.alloc(0);
        const finish = (reply) => {
            socket.destroy();
            resolve(reply);
        };
        socket.setTimeout(20_000, () => {
            socket.destroy();
            reject(new Error(`no whole reply; so far: ${JSON.stringify(got.toString())}`));
        });
        socket.on('data', (chunk) => {
            got = Buffer.concat([got, chunk]);
            const reply = replyOf(got);
            if (reply !== null)
                finish(reply);
        });
        socket.on('error', reject);
        socket.on('close', () => reject(new Error(
            `closed without a whole reply: ${JSON.stringify(got.toString())}`)));
        socket.on('connect', () => socket.write(bytes));
    });
}

function replyOf(bytes) {
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0)
        return null;
    const [statusLine, ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
    const headers = new Headers(lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }));
    const size = Number(headers.get('content-length') ?? 0);
    const body = bytes.subarray(headEnd + 4);
    if (body.length < size)
        return null;
    const text = body.subarray(0, size).toString();
    return {
        status: Number(statusLine.split(' ')[1]),
        statusLine,
        headers,
        type: headers.get('content-type')?.split(';')[0],
        text,
        get json() {
            return JSON.parse(text);
        },
    };
}

// The two spellings of one id.
export const dashless = (prefix, uuid) => `${prefix}_${uuid.replaceAll('-', '')}`;
export const uuidOf = (id) => id.replace(/^[a-z]+_/, '')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export const unknownUuid = () => randomUUID();
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const USD_CENTS = '2714e483-4ff1-48e4-9e25-ac732e8f24f2';
