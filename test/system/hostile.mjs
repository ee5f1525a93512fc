// Clients that mean ill, or know no better, against a server that others use meanwhile.
//
//   - what cannot be understood is refused, once, with its status, and the connection closed;
//   - who is slow, in sending or in taking, is let go when the time that `scrip serve` was given
//     is over, and who is idle as well;
//   - what they take of memory is bounded, and given back;
//   - a polite client sees none of it: every request of his is answered, and the server spends no
//     more on one of his than it did before;
//   - the book is whole at the end.
//
// SCRIP_HOSTILE_WINDOW (100) says how many deductions a round measures.
//
// The bytes that must be refused one by one are in test/node/http.test.mjs and test/unit/net;
// bodies that are not what they should be in test/node/refusals-*.mjs; here they come in crowds.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Server, until } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';
import { Crowd, memoryOf, polite, statuses } from './hostile/crowd.mjs';

const MEGABYTE = 1 << 20;
const PESTS = 64;
const ROUNDS = 3;
const WINDOW = Number(process.env.SCRIP_HOSTILE_WINDOW ?? 100); // deductions, in a round
const SLOW_READERS = 16; // 64 replies of each wait: 2 MB
const REQUEST_MEMORY_MB = 64;
const CONNECTION_BYTES = 24 << 10; // an open connection: its input, its place and its request's
const SLACK_BYTES = 48 * MEGABYTE; // what the allocator keeps, and the book that grows
const SANITIZED = /asan|tsan/.test(process.env.SCRIP_BUILD ?? '') ? 4 : 1;

// The server closes what is idle sooner than fetch() would believe.
const ALONE = { connection: 'close' };

const chunked = 'Transfer-Encoding: chunked';
const percentile = (times, percent) =>
    [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * percent / 100)];
const lines = (...all) => [...all, '', ''].join('\r\n');

describe('hostile clients', () => {
    let server, key, bearer, crowd;

    before(async () => {
        server = await Server.start({ args: [
            '--threads', '2', '--request-timeout', '1', '--idle-timeout', '2',
            '--write-timeout', '1', '--request-memory', `${REQUEST_MEMORY_MB}`,
        ] });
        crowd = new Crowd(server);
        key = await server.key('test');
        bearer = `Authorization: Bearer ${key.secret}`;
        await must(server, 'POST', '/scrip/v1/customers',
            { key, body: { name: 'Polite', aliases: ['polite'] } });
        await must(server, 'POST', '/scrip/v1/grants',
            { key, body: { customer: 'polite', credit_type: USD_CENTS, amount: '1000000' } });
    });
    after(async () => {
        crowd.leave();
        await server.stop();
        await server.verify();
        server.forget();
    });

    // Runs body while a polite client deducts; he gets all his replies, and his balance is right.
    async function beside(t, body) {
        const posted = async () => Number((await must(server, 'GET',
            '/scrip/v1/customers/polite/balance', { key, headers: ALONE })).posted);
        const start = await posted();
        const client = polite(server, key);
        try {
            await body();
        } finally {
            const times = await client.stop();
            t.diagnostic(`meanwhile ${times.length} deductions, p99 ${percentile(times, 99).toFixed(1)} ms`);
            assert.equal(start - await posted(), times.length);
        }
    }

    const post = (...headers) => lines('POST /scrip/v1/deductions HTTP/1.1', 'Host: x', bearer,
        'Content-Type: application/json', ...headers);

    const WRONG = [
        ['both lengths', 400, () => post('Content-Length: 5', chunked) + '0\r\n\r\n', true],
        ['the length twice', 400, () => post('Content-Length: 5', 'Content-Length: 5') + '{"a":', true],
        ['a chunk size that is none', 400, () => `${post(chunked)}zz\r\n`, true],
        ['a chunk longer than it says', 400, () => `${post(chunked)}1\r\n{}\r\n`, true],
        ['a chunk of 2^64', 400, () => `${post(chunked)}10000000000000000\r\n`, true],
        ['a bare LF', 400, () => post('Content-Length: 2').replace('Host: x\r\n', 'Host: x\n')],
        ['a bare CR', 400, () => post('X: a\rb', 'Content-Length: 2')],
        ['a NUL', 400, () => post('X: a\0b', 'Content-Length: 2')],
        ['obs-fold', 400, () => post('X: a', '\tb', 'Content-Length: 2')],
        ['a space before the colon', 400, () => post('Content-Length : 2'), true],
        ['no Host', 400, () => post('Content-Length: 2').replace('Host: x\r\n', ''), true],
        ['two Hosts', 400, () => post('Host: y', 'Content-Length: 2'), true],
        ['10,000 headers', 431, () => post(...Array.from({ length: 10_000 }, (_, i) => `X-${i}: y`))],
        ['a header of 100 kB', 431, () => post(`X: ${'y'.repeat(100_000)}`)],
        ['a target of 100 kB', 414, () => `GET /${'y'.repeat(100_000)} HTTP/1.1\r\n`],
        ['a body of 100 MB, announced', 413, () => `${post('Content-Length: 104857600')}{`, true],
        ['a length of 30 digits', 400, () => post(`Content-Length: ${'9'.repeat(30)}`), true],
        ['noise', 400, () => Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 89 + 7) % 251))],
        ['TLS', 400, () => Buffer.from('16030100c8010000c40303', 'hex')],
    ];

    it('what cannot be understood: one refusal, and the connection closed', async (t) => {
        await beside(t, async () => {
            for (const [what, status, bytes, isRead = false] of WRONG) {
                const peers = await crowd.come(16);
                // What follows must not be taken for another request.
                const got = await Promise.all(peers.map((peer) =>
                    peer.say(bytes(), lines('GET /healthz HTTP/1.1', 'Host: x')).ended()));
                for (const text of got) {
                    // A peer that has more to send than we read may see the reset first.
                    assert.deepEqual(statuses(text), [status], `${what}: ${text.slice(0, 300)}`);
                    assert.match(text, /\r\nConnection: close\r\n/i, what);
                    const { message, title } = JSON.parse(text.split('\r\n\r\n')[1]);
                    // In the style of the path, where the head could be read.
                    assert.deepEqual([typeof message, typeof title],
                        isRead ? ['undefined', 'string'] : ['string', 'undefined'], what);
                }
            }
        });
    });

    it('a body of 100 MB in chunks is refused where it is too large', async (t) => {
        await beside(t, async () => {
            const [peer] = await crowd.come(1);
            const chunk = `100000\r\n${' '.repeat(MEGABYTE)}\r\n`;
            peer.say(post(chunked));
            for (let i = 0; i < 100 && !peer.hasEnded; i++)
                await peer.sayAndWait(chunk);
            assert.deepEqual(statuses(await peer.ended()), [413]);
        });
    });

    const JSONS = [
        ['deep arrays', `{"amount":${'['.repeat(100_000)}`],
        ['deep objects', '{"a":'.repeat(100_000)],
        ['a number of 100,000 digits', `{"customer":"polite","amount":${'9'.repeat(100_000)}}`],
        ['1e999999999', '{"customer":"polite","amount":1e999999999}'],
        ['-0.000...1', `{"customer":"polite","amount":-0.${'0'.repeat(10_000)}1}`],
        ['half a million values', `{"x":[${'0,'.repeat(500_000)}0]}`],
        ['the same key 1,000 times', `{${'"amount":"1",'.repeat(1000)}"customer":"polite"}`],
        ['not UTF-8', Buffer.concat([Buffer.from('{"reason":"'), Buffer.from([0xc0, 0xaf]),
            Buffer.from('"}')])],
        ['a lone surrogate', '{"reason":"\\ud800"}'],
        ['a NUL', '{"reason":"a\0b"}'],
        ['nothing but spaces', ' '.repeat(MEGABYTE)],
    ];
    const FACES = [
        ['/scrip/v1/deductions', 'application/problem+json', () => [bearer]],
        ['/v1/credits/createGrant', 'application/json', () => [bearer]],
        ['/api/v1/customers/create', 'application/json', () => [
            `Kable-Client-Id: ${key.clientId}`, `Kable-Client-Secret: ${key.secret}`]],
    ];

    it('JSON that is none: 400 in each dialect, and the connection goes on', async (t) => {
        await beside(t, async () => {
            for (const [path, type, credentials] of FACES) {
                const [peer] = await crowd.come(1);
                for (const [what, body] of JSONS) {
                    peer.say(lines(`POST ${path} HTTP/1.1`, 'Host: x', ...credentials(),
                        'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`),
                    body);
                    const reply = await peer.reply();
                    assert.equal(reply.status, 400, `${path}: ${what}: ${reply.text.slice(0, 300)}`);
                    assert.equal(reply.type, type, what);
                    assert.ok(reply.text.length < 2000, `${what}: an error of ${reply.text.length} bytes`);
                }
                peer.leave();
            }
        });
    });

    it('slow heads and slow bodies: 408, however they drip', async (t) => {
        await beside(t, async () => {
            const starts = [
                'G', 'POST /scrip/v1/deductions HTTP/1.1\r\nHost: x\r\nX-Slow: ',
                post('Content-Length: 1000000'), `${post(chunked)}f4240\r\n`,
            ];
            const peers = await crowd.come(200);
            const got = await Promise.all(peers.map((peer, i) =>
                peer.say(starts[i % starts.length]).dripUntilEnded('a')));
            for (const text of got)
                assert.deepEqual(statuses(text), [408], text.slice(0, 300));
        });
    });

    it('readers that do not read are let go, and cost what they cost', async (t) => {
        const start = memoryOf(server).now;
        await beside(t, async () => {
            const peers = await crowd.come(SLOW_READERS, { reads: false });
            const page = lines('GET /metrics HTTP/1.1', 'Host: x');
            for (const peer of peers)
                peer.say(page.repeat(3000));
            await until('slow readers to be let go', async () => await crowd.open() <= 2, 60_000);
        });
        const grown = memoryOf(server).most - start;
        t.diagnostic(`${(grown / MEGABYTE).toFixed(0)} MB at most`);
        assert.ok(grown < SANITIZED * (REQUEST_MEMORY_MB * MEGABYTE + SLACK_BYTES), `${grown} bytes`);
    });

    it('a slow reader who does read gets everything', async (t) => {
        await beside(t, async () => {
            const [peer] = await crowd.come(1);
            peer.say(lines('GET /metrics HTTP/1.1', 'Host: x').repeat(200)
                + lines('GET /healthz HTTP/1.1', 'Host: x', 'Connection: close'));
            assert.equal(statuses(await peer.endedSlowly()).length, 201);
        });
    });

    it('a thousand idle connections cost little, and are closed without a word', async (t) => {
        const start = memoryOf(server).now;
        await beside(t, async () => {
            const peers = await crowd.come(1000);
            const grown = memoryOf(server).now - start;
            t.diagnostic(`${(grown / 1000).toFixed(0)} bytes each`);
            assert.ok(grown < SANITIZED * (1000 * CONNECTION_BYTES + SLACK_BYTES), `${grown} bytes`);
            const got = await Promise.all(peers.map((peer) => peer.ended()));
            assert.ok(got.every((text) => text === ''));
        });
    });

    it('half a body of 4 MB from 200 strangers takes no more than was set apart', async (t) => {
        const start = memoryOf(server).now;
        await beside(t, async () => {
            const peers = await crowd.come(200);
            const half = 'a'.repeat(2 * MEGABYTE);
            const got = await Promise.all(peers.map((peer) => peer.say(
                lines('POST /v1/customers HTTP/1.1', 'Host: x', `Content-Length: ${4 * MEGABYTE}`),
                half).ended()));
            const each = got.map((text) => statuses(text).join());
            const count = (status) => each.filter((one) => one === status).length;
            t.diagnostic(`408 for ${count('408')}, 503 for ${count('503')}, ${count('')} cut off`);
            assert.ok(count('503') > 0, 'all had room');
            assert.ok(count('408') > 0, 'none had room');
            assert.equal(count('408') + count('503') + count(''), 200);
        });
        const grown = memoryOf(server).most - start;
        t.diagnostic(`${(grown / MEGABYTE).toFixed(0)} MB at most`);
        assert.ok(grown < SANITIZED * (REQUEST_MEMORY_MB * MEGABYTE + SLACK_BYTES), `${grown} bytes`);
    });

    it('10,000 requests in one go: as many replies, in order', async (t) => {
        const start = memoryOf(server).most;
        await beside(t, async () => {
            const [peer] = await crowd.come(1);
            const body = JSON.stringify({ customer: 'polite', credit_type: USD_CENTS, amount: '1' });
            const one = (i) => lines('POST /scrip/v1/deductions?dry=1 HTTP/1.1', 'Host: x', bearer,
                `Idempotency-Key: pipeline-${i}`, 'Content-Type: application/json',
                `Content-Length: ${body.length}`) + body.replace('"1"', '"0"');
            let all = '';
            for (let i = 0; i < 5000; i++)
                all += one(i) + lines('GET /healthz HTTP/1.1', 'Host: x');
            const got = statuses(await peer.say(all, lines('GET /nowhere HTTP/1.1', 'Host: x',
                'Connection: close')).ended());
            assert.equal(got.length, 10_001);
            assert.ok(got.every((status, i) =>
                status === (i === 10_000 ? 404 : i % 2 === 0 ? 400 : 200)));
        });
        const grown = memoryOf(server).most - start;
        assert.ok(grown < SANITIZED * SLACK_BYTES, `${grown} bytes`);
    });

    // One of each, again and again, until told to stop.
    async function pester(isOver) {
        const rounds = [
            async () => (await crowd.come(1))[0].say(WRONG[0][2]()).ended(),
            async () => (await crowd.come(1))[0].say(post('Content-Length: 9')).dripUntilEnded('a'),
            async () => (await crowd.come(1))[0].ended(),
            async () => (await crowd.come(1))[0].say(post('Content-Length: 7') + '{"a":[[').reset(),
        ];
        await Promise.all(Array.from({ length: PESTS }, async (_, i) => {
            while (!isOver())
                await rounds[i % rounds.length]();
        }));
    }

    it('others hardly notice', async (t) => {
        const quiet = [], loud = [];
        for (let round = 0; round < ROUNDS; round++) {
            for (const times of [quiet, loud]) {
                const client = polite(server, key);
                let isOver = false;
                const pests = times === loud ? pester(() => isOver) : Promise.resolve();
                await client.done(WINDOW);
                isOver = true;
                times.push(...await client.stop());
                await pests;
            }
        }
        for (const percent of [50, 99]) {
            const [without, beside] = [quiet, loud].map((times) => percentile(times, percent));
            t.diagnostic(`p${percent} alone ${without.toFixed(2)} ms, beside ${PESTS} pests `
                + `${beside.toFixed(2)} ms`);
            // A machine that does other things as well: no promise, but no stalling either.
            assert.ok(beside < 5 * without + 50, `p${percent}`);
        }
    });

    it('resets in the middle of everything', async (t) => {
        await beside(t, async () => {
            const body = JSON.stringify({ customer: 'nobody', amount: '1' });
            const whole = post(`Content-Length: ${body.length}`) + body;
            for (let round = 0; round < 8; round++) {
                const peers = await crowd.come(50);
                await Promise.all(peers.map((peer, i) =>
                    peer.sayAndWait(whole.repeat(3).slice(0, 1 + (i * 31 + round) % (3 * whole.length)))));
                for (const peer of peers)
                    peer.reset();
            }
        });
        await until('the dead to be buried', async () => await crowd.open() <= 2);
    });
});
