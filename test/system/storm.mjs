// A retry storm: 32 clients send the same requests under the same Idempotency-Keys, all at once and
// each in an order of its own, and go on until each has its reply, while the server is killed and
// ended under them.
//
//   - all clients get one and the same reply to a key, byte for byte, whichever process gave it;
//   - each request has had one effect: no two share a sequence number, and the balances are what one
//     of each makes of them;
//   - another request under a key that was used is refused, whoever asks, and changes nothing;
//   - `scrip verify` proves the book.
//
// SCRIP_STORM_ROUNDS (3) says how often, on the same data directory; SCRIP_STORM_SEED repeats the
// orders and the amounts.

import assert from 'node:assert/strict';
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { describe, it, before, after } from 'node:test';
import { Server } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';
import { millionths } from '../node/support/amount.mjs';

const ROUNDS = Number(process.env.SCRIP_STORM_ROUNDS ?? 3);
const SEED = Number(process.env.SCRIP_STORM_SEED ?? randomBytes(4).readUInt32LE());
const CLIENTS = 32;
const KEYS = 24;
const ENDS = 3; // of the server, in a round
const GRANTED = 1_000_000;

// mulberry32: a small generator, the same for the same seed.
function randomOf(seed) {
    let state = seed >>> 0;
    return (below) => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) % below;
    };
}

function shuffled(list, random) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
        const j = random(i + 1);
        [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
}

describe(`retry storms, ${ROUNDS} rounds, SCRIP_STORM_SEED=${SEED}`, () => {
    const random = randomOf(SEED);
    const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
    let server, key;
    let up = Promise.resolve(); // while the server is away: until it is back
    let taken = 0n; // from the balance so far, in millionths
    const sequences = new Set();

    // One try.  Rejects when there is nobody, or the connection dies under it.
    const post = ({ path, idempotencyKey, body }) => new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1', port: server.port, method: 'POST', path, agent,
            headers: {
                'authorization': `Bearer ${key.secret}`,
                'content-type': 'application/json',
                'content-length': Buffer.byteLength(body),
                'idempotency-key': idempotencyKey,
            },
        }, (reply) => {
            const chunks = [];
            reply.on('data', (chunk) => chunks.push(chunk));
            reply.on('error', reject);
            reply.on('end', () => (reply.complete
                ? resolve({ status: reply.statusCode, text: Buffer.concat(chunks).toString() })
                : reject(new Error('cut off'))));
        });
        request.on('error', reject);
        request.end(body);
    });

    // As a good client does: until there is a reply.
    async function insist(line, counts) {
        for (;;) {
            await up;
            try {
                const reply = await post(line);
                if (reply.status !== 503)
                    return reply;
            } catch (error) {
                assert.ok(error.code !== 'ERR_ASSERTION', error);
            }
            counts.retries++;
            // Let whoever ends the server say so before the next try.
            await new Promise((resolve) => setImmediate(resolve));
        }
    }

    function lineOf(round, number) {
        const amount = 1 + random(50);
        const body = { customer: 'storm', credit_type: USD_CENTS, amount: String(amount) };
        const kinds = [
            ['/scrip/v1/deductions', body],
            ['/scrip/v1/deductions', { ...body, amount: '5000000' }], // more than there is: 402
            ['/scrip/v1/holds', { ...body, expires_in: 86400 }],
            ['/scrip/v1/deductions/batch', { atomic: true, deductions: [body, body] }],
        ];
        const [path, content] = kinds[number % kinds.length];
        return { path, idempotencyKey: `${SEED}-${round}-${number}`, body: JSON.stringify(content) };
    }

    async function endServer(hard) {
        let back;
        up = new Promise((resolve) => { back = resolve; });
        if (hard)
            await server.kill();
        else
            await server.stop();
        await server.start();
        back();
    }

    function account(line, reply) {
        const said = JSON.parse(reply.text);
        if (JSON.parse(line.body).amount === '5000000') {
            assert.equal(reply.status, 402, reply.text);
            return;
        }
        assert.equal(reply.status, 200, reply.text);
        for (const one of line.path.endsWith('/batch') ? said.results : [said]) {
            const id = `${one.sequence ?? one.id}`;
            assert.ok(!sequences.has(id), `two requests with the sequence ${id}`);
            sequences.add(id);
            if (!line.path.endsWith('/holds'))
                taken += millionths(one.amount);
        }
    }

    async function checkBalance(held) {
        const balance = await must(server, 'GET', '/scrip/v1/customers/storm/balance', { key });
        assert.equal(millionths(balance.posted), millionths(String(GRANTED)) - taken);
        assert.equal(millionths(balance.held), held);
    }

    before(async () => {
        server = await Server.start({ args: ['--threads', '2'] });
        key = await server.key('test');
        await must(server, 'POST', '/scrip/v1/customers',
            { key, body: { name: 'Storm', aliases: ['storm'] } });
        await must(server, 'POST', '/scrip/v1/grants',
            { key, body: { customer: 'storm', credit_type: USD_CENTS, amount: String(GRANTED) } });
    });
    after(async () => {
        agent.destroy();
        await server.stop();
        server.forget();
    });

    let held = 0n;

    async function storm(number, t) {
        const lines = Array.from({ length: KEYS }, (_, i) => lineOf(number, i));
        const counts = { replies: 0, retries: 0 };
        // The server ends after so many replies, and has a moment of its own.
        const marks = Array.from({ length: ENDS }, () => 1 + random(CLIENTS * KEYS - 1))
            .sort((a, b) => a - b);
        let ending = Promise.resolve();
        const client = async (order) => {
            const replies = new Map();
            for (const line of order) {
                replies.set(line, await insist(line, counts));
                counts.replies++;
                for (; marks.length > 0 && marks[0] <= counts.replies; marks.shift()) {
                    const hard = random(3) > 0;
                    ending = ending.then(() => endServer(hard));
                }
            }
            return replies;
        };
        const all = await Promise.all(Array.from({ length: CLIENTS },
            () => client(shuffled(lines, random))));
        await ending;
        t.diagnostic(`round ${number}: ${counts.replies} replies, ${counts.retries} tries in vain`);

        for (const line of lines) {
            const first = all[0].get(line);
            for (const replies of all)
                assert.deepEqual(replies.get(line), first, `two replies to ${line.idempotencyKey}`);
            account(line, first);
            if (line.path.endsWith('/holds'))
                held += millionths(JSON.parse(first.text).amount);
            assert.deepEqual(await post(line), first, 'later');
            const other = await post({ ...line, body: line.body.replace('storm', 'strom') });
            assert.equal(other.status, 409, other.text);
        }
        await checkBalance(held);
        await server.verify();
    }

    for (let number = 1; number <= ROUNDS; number++) {
        it(`round ${number}: one effect and one reply to a key`, async (t) => {
            try {
                await storm(number, t);
            } catch (error) {
                t.diagnostic(`the server said:\n${server.log.slice(-8000)}`);
                throw error;
            }
        });
    }
});
