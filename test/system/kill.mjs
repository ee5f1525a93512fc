// kill -9 in the middle of 64 clients' deductions, and an audit of every reply.
//
// Each client keeps a journal: what it sent, under which Idempotency-Key, and the bytes that came
// back.  After the restart:
//   - what was acknowledged is there once: the same request gets the same reply, byte for byte;
//   - what was not is there wholly or not at all: the replies to its retries say, by their
//     sequence numbers, which had happened, and the balances before the retries agree to the
//     last millionth;
//   - of an atomic batch over two customers, both deductions had happened or neither;
//   - a deduction is in the book once: no two share a sequence number, and each one's draws and
//     what was uncovered make up its amount;
//   - `scrip verify` proves the book, before and after the retries.
//
// SCRIP_KILL_ROUNDS (3) says how often, on the same data directory; SCRIP_KILL_SEED repeats a run
// as far as the moment of a kill can be repeated.

import assert from 'node:assert/strict';
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { describe, it, before, after } from 'node:test';
import { Server } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';
import { millionths, sum } from '../node/support/amount.mjs';

const ROUNDS = Number(process.env.SCRIP_KILL_ROUNDS ?? 3);
const SEED = Number(process.env.SCRIP_KILL_SEED ?? randomBytes(4).readUInt32LE());
const CLIENTS = 64;
const CUSTOMERS = 8; // so that eight clients contend for each account
const GRANTS = [
    // The first are used up during the run, so that deductions draw from two and three grants.
    { amount: '40', priority: 1 }, { amount: '60', priority: 2 }, { amount: '100000000', priority: 3 },
];
const BATCH_EVERY = 6; // one request in so many is an atomic batch
const ACKNOWLEDGED_MIN = 200;
const ACKNOWLEDGED_MAX = 4000;

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

// What a reply tells of its deductions, in order.
function deductionsOf({ path, reply }) {
    const said = JSON.parse(reply.text);
    return path.endsWith('/batch') ? said.results : [said];
}

// One request on a kept connection.  Rejects when the connection dies under it.
function post(server, agent, secret, { path, idempotencyKey, body }) {
    return new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1', port: server.port, method: 'POST', path, agent,
            headers: {
                'authorization': `Bearer ${secret}`,
                'content-type': 'application/json',
                'content-length': Buffer.byteLength(body),
                'idempotency-key': idempotencyKey,
            },
        }, (reply) => {
            const chunks = [];
            reply.on('data', (chunk) => chunks.push(chunk));
            reply.on('error', reject);
            reply.on('end', () => {
                if (reply.complete)
                    resolve({ status: reply.statusCode, text: Buffer.concat(chunks).toString() });
                else
                    reject(new Error('cut off'));
            });
        });
        request.on('error', reject);
        request.end(body);
    });
}

describe(`kill -9 under load, ${ROUNDS} rounds, SCRIP_KILL_SEED=${SEED}`, () => {
    const random = randomOf(SEED);
    const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
    const granted = sum(GRANTS.map(({ amount }) => millionths(amount)));
    // Of all rounds: { path, idempotencyKey, body, uses: [{ customer, amount }], reply }
    const journal = [];
    let server, key;

    const balances = async () => {
        const posted = [];
        for (let i = 0; i < CUSTOMERS; i++) {
            const balance = await must(server, 'GET', `/scrip/v1/customers/kill-${i}/balance`, { key });
            assert.equal(balance.held, '0');
            posted.push(millionths(balance.posted));
        }
        return posted;
    };
    // What the customers must have after these deductions.
    const expected = (lines) => {
        const uses = lines.flatMap((line) => line.uses);
        return Array.from({ length: CUSTOMERS }, (_, i) => granted
            - sum(uses.filter(({ customer }) => customer === i).map(({ amount }) => amount)));
    };
    const bookSequence = async () =>
        (await must(server, 'GET', '/scrip/v1/book', { key })).sequence;

    before(async () => {
        server = await Server.start();
        key = await server.key('test');
        for (let i = 0; i < CUSTOMERS; i++) {
            await must(server, 'POST', '/scrip/v1/customers',
                { key, body: { name: `Customer ${i}`, aliases: [`kill-${i}`] } });
            for (const grant of GRANTS)
                await must(server, 'POST', '/scrip/v1/grants',
                    { key, body: { customer: `kill-${i}`, credit_type: USD_CENTS, ...grant } });
        }
    });

    after(async () => {
        agent.destroy();
        try {
            await server?.stop();
            await server?.verify();
        } finally {
            server?.forget();
        }
    });

    function lineOf(number, idempotencyKey) {
        const isBatch = random(BATCH_EVERY) === 0;
        const uses = (isBatch ? [number, number + 1] : [number]).map((customer) =>
            ({ customer: customer % CUSTOMERS, amount: BigInt(1 + random(9_000_000)) }));
        const asked = uses.map(({ customer, amount }) => ({
            customer: `kill-${customer}`,
            amount: `${amount / 1_000_000n}.${String(amount % 1_000_000n).padStart(6, '0')}`,
        }));
        return {
            path: `/scrip/v1/deductions${isBatch ? '/batch' : ''}`, idempotencyKey, uses,
            body: JSON.stringify(isBatch ? { atomic: true, deductions: asked } : asked[0]),
            reply: null,
        };
    }

    // Sends until its connection dies.
    async function client(number, round, onAcknowledged) {
        for (let i = 0; ; i++) {
            const line = lineOf(number, `${SEED}-${round}-${number}-${i}`);
            journal.push(line);
            try {
                line.reply = await post(server, agent, key.secret, line);
            } catch {
                return; // not acknowledged
            }
            assert.equal(line.reply.status, 200, line.reply.text);
            onAcknowledged();
        }
    }

    // Its sequence numbers, each in the book for one deduction.
    function checkedSequences(line) {
        return deductionsOf(line).map((said, i) => {
            const { amount } = line.uses[i];
            assert.equal(millionths(said.amount), amount, line.reply.text);
            assert.equal(sum(said.draws.map((draw) => millionths(draw.amount)))
                + millionths(said.uncovered), amount);
            return said.sequence;
        });
    }

    async function round(number, t) {
        const start = journal.length;
        const wanted = ACKNOWLEDGED_MIN + random(ACKNOWLEDGED_MAX - ACKNOWLEDGED_MIN);
        let acknowledgedCount = 0;
        let killed = null;
        const clients = Array.from({ length: CLIENTS }, (_, i) => client(i, number, () => {
            // At a moment of its own, not in step with the replies.
            if (++acknowledgedCount === wanted)
                setTimeout(() => { killed = server.kill(); }, random(10));
        }));
        await Promise.all(clients);
        assert.notEqual(killed, null, `every connection died before the kill\n${server.log}`);
        await killed;

        const lines = journal.slice(start);
        const open = lines.filter(({ reply }) => reply === null);
        t.diagnostic(`round ${number}: killed after ${wanted}; ${lines.length - open.length} `
            + `acknowledged, ${open.length} not`);

        await server.verify();
        await server.start();
        const sequence = await bookSequence();
        const found = await balances();

        // Every acknowledged reply, again; and some of the rounds before.
        const sample = journal.slice(0, start).filter(() => random(10) === 0);
        for (const batch of chunksOf([...sample, ...lines].filter(({ reply }) => reply !== null)))
            await Promise.all(batch.map(async (line) =>
                assert.deepEqual(await post(server, agent, key.secret, line), line.reply)));
        assert.equal(await bookSequence(), sequence, 'a replay has added to the book');

        // The others are tried again, as their senders would.
        for (const line of open) {
            line.reply = await post(server, agent, key.secret, line);
            assert.equal(line.reply.status, 200, line.reply.text);
        }
        const had = (line) => {
            const before = deductionsOf(line).filter((said) => said.sequence <= sequence).length;
            assert.ok(before === 0 || before === line.uses.length, `half of it: ${line.reply.text}`);
            return before > 0;
        };
        const happened = journal.filter(had);
        for (const line of lines.filter((one) => !open.includes(one)))
            assert.ok(had(line), `acknowledged, but not in the book: ${line.reply.text}`);
        t.diagnostic(`round ${number}: ${open.filter(had).length} of ${open.length} had happened`);
        assert.deepEqual(found, expected(happened), 'the balances before the retries');
        assert.deepEqual(await balances(), expected(journal), 'the balances after the retries');

        const sequences = journal.flatMap(checkedSequences);
        assert.equal(new Set(sequences).size, sequences.length, 'two deductions share a sequence');
        await server.verify();
    }

    for (let number = 1; number <= ROUNDS; number++) {
        it(`round ${number}: what was acknowledged is there once`, async (t) => {
            try {
                await round(number, t);
            } catch (error) {
                t.diagnostic(`the server said:\n${server.log.slice(-8000)}`);
                throw error;
            }
        });
    }
});

function* chunksOf(list, size = CLIENTS) {
    for (let i = 0; i < list.length; i += size)
        yield list.slice(i, i + size);
}
