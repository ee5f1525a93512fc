// More than the ledger can take, and clients that vanish in the middle of it.
//
//   - when the inbox is full, a request gets 503 and Retry-After at once, and has had no effect;
//     what was taken in is answered, however much there is;
//   - a batch of 10,000 deductions whose client vanishes, while it sends or while it waits, has
//     happened wholly or not at all, when it is atomic, and its retry gets the one reply;
//   - what was acknowledged is in the book, once, and `scrip verify` proves it.

import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { after, before, describe, it } from 'node:test';
import { Server } from '../node/support/server.mjs';
import { USD_CENTS, ask, must } from '../node/support/http.mjs';
import { Crowd, memoryOf, statuses } from './hostile/crowd.mjs';

const MEGABYTE = 1 << 20;
const BATCH = 10_000;
const VANISHING = 8; // clients, each with a batch
const CONNECTIONS = 400;
const PIPELINED = 64; // requests of a connection in flight: 25,600 together, and the inbox has 8,192
const HEAVY = 8; // batches that keep the ledger busy meanwhile
const TRIES = 10; // to find the inbox full
const PATIENCE_MS = 20_000; // from the first byte to the last reply, of an overload
// A server with sanitizers may be too slow at its door for the inbox to fill.
const SANITIZED = /asan|tsan/.test(process.env.SCRIP_BUILD ?? '') ? 10 : 1;

describe('overload', () => {
    let server, key, crowd;
    const one = { customer: 'acme', credit_type: USD_CENTS, amount: '1' };

    before(async () => {
        server = await Server.start({ args: ['--threads', '2'] });
        crowd = new Crowd(server);
        key = await server.key('test');
        await must(server, 'POST', '/scrip/v1/customers', { key, body: { name: 'A', aliases: ['acme'] } });
        await must(server, 'POST', '/scrip/v1/grants',
            { key, body: { ...one, amount: '100000000' } });
    });
    after(async () => {
        crowd.leave();
        await server.stop();
        await server.verify();
        server.forget();
    });

    const posted = async () => Number((await must(server, 'GET',
        '/scrip/v1/customers/acme/balance', { key })).posted);
    const request = (where, body, ...headers) => [
        `POST ${where} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${key.secret}`,
        'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...headers,
        '', body,
    ].join('\r\n');
    const batchOf = (count, atomic) => JSON.stringify({
        atomic, deductions: Array.from({ length: count }, () => one),
    });

    it('a batch of 10,000 whose client vanishes has happened wholly or not at all', async (t) => {
        const start = await posted();
        const body = batchOf(BATCH, true);
        const peers = await crowd.come(VANISHING);
        // Some in the middle of their body, some with the last byte, some after it.
        await Promise.all(peers.map(async (peer, i) => {
            const whole = request('/scrip/v1/deductions/batch', body, `Idempotency-Key: batch-${i}`);
            const share = [0.3, 0.99, 1, 1][i % 4];
            await peer.sayAndWait(whole.slice(0, Math.floor(whole.length * share)));
            if (i % 4 === 3)
                await ask(server, 'GET', '/healthz'); // a moment later
            peer.reset();
        }));
        const taken = start - await posted();
        assert.equal(taken % BATCH, 0, `${taken} of 10,000 each`);
        t.diagnostic(`${taken / BATCH} of ${VANISHING} had happened`);

        const sequences = new Set();
        for (let i = 0; i < VANISHING; i++) {
            const options = { key, raw: body, headers: { 'idempotency-key': `batch-${i}` } };
            const said = await must(server, 'POST', '/scrip/v1/deductions/batch', options);
            assert.equal(said.accepted, BATCH);
            for (const { sequence } of said.results)
                sequences.add(sequence);
        }
        assert.equal(sequences.size, VANISHING * BATCH);
        assert.equal(start - await posted(), VANISHING * BATCH);
    });

    it('each in a batch that is not atomic has happened once or not, too', async () => {
        const start = await posted();
        const deductions = Array.from({ length: BATCH },
            (_, i) => ({ ...one, idempotency_key: `part-${i}` }));
        const body = JSON.stringify({ deductions });
        const peers = await crowd.come(4);
        await Promise.all(peers.map(async (peer) => {
            await peer.sayAndWait(request('/scrip/v1/deductions/batch', body));
            peer.reset();
        }));
        const { accepted } = await must(server, 'POST', '/scrip/v1/deductions/batch', { key, raw: body });
        assert.equal(accepted, BATCH);
        assert.equal(start - await posted(), BATCH);
    });

    // As many as fit into the inbox and more, while it is kept busy: how many got which status.
    async function flood() {
        const start = await posted();
        const heavy = await crowd.come(HEAVY);
        const many = await crowd.come(CONNECTIONS);
        const begun = performance.now();
        const batch = request('/scrip/v1/deductions/batch', batchOf(BATCH, false), 'Connection: close');
        const body = JSON.stringify(one);
        const pipeline = request('/scrip/v1/deductions', body).repeat(PIPELINED - 1)
            + request('/scrip/v1/deductions', body, 'Connection: close');
        for (const peer of heavy)
            peer.say(batch);
        for (const peer of many)
            peer.say(pipeline);
        const texts = await Promise.all(many.map((peer) => peer.ended()));
        const batches = (await Promise.all(heavy.map((peer) => peer.ended())))
            .map((text) => [statuses(text)[0], text]);
        const took_ms = performance.now() - begun;
        const replies = texts.flatMap((text) => text.split(/(?=HTTP\/1\.1 \d{3} )/));
        const refused = replies.filter((text) => text.startsWith('HTTP/1.1 503 '));
        for (const text of refused) {
            assert.match(text, /\r\nRetry-After: 1\r\n/i);
            assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/i);
        }
        const taken = replies.filter((text) => text.startsWith('HTTP/1.1 200 ')).length;
        assert.equal(replies.length, CONNECTIONS * PIPELINED);
        assert.equal(taken + refused.length, replies.length, 'another status');
        const inBatches = batches.filter(([status]) => status === 200)
            .reduce((sum, [, text]) => sum + Number(/"accepted":(\d+)/.exec(text)[1]), 0);
        assert.equal(start - await posted(), taken + inBatches);
        return { taken, refused: refused.length, took_ms };
    }

    it('a full inbox is 503 and Retry-After; what was taken in is answered', async (t) => {
        const memory = memoryOf(server).most;
        let refused = 0;
        for (let i = 0; i < TRIES / SANITIZED && refused === 0; i++) {
            const seen = await flood();
            t.diagnostic(`${seen.taken} taken, ${seen.refused} refused in ${seen.took_ms.toFixed(0)} ms`);
            assert.ok(seen.took_ms < SANITIZED * PATIENCE_MS, `${seen.took_ms} ms`);
            refused = seen.refused;
        }
        assert.ok(refused > 0 || SANITIZED > 1, 'the inbox was never full');
        const grown = memoryOf(server).most - memory;
        t.diagnostic(`${(grown / MEGABYTE).toFixed(0)} MB more`);
        assert.ok(grown < SANITIZED * 1100 * MEGABYTE, `${grown} bytes`); // --request-memory, and the book
        assert.equal((await ask(server, 'POST', '/scrip/v1/deductions', { key, body: one })).status, 200);
    });
});
