// Backups of a running server and what is made of them, with kill -9 in the middle of everything.
//
//   - a backup that was taken under load is proved, and what was acknowledged before it began is
//     in it: the same request gets the same reply from the restored server, byte for byte;
//   - its books are an earlier part of the server's: the last seal is one of the server's seals;
//   - a backup that is killed leaves no file of the name that was asked for, and the next one works;
//   - a server that is killed under a backup loses nothing, and the backup is proved or not there;
//   - a restore that is killed leaves nothing, or all, or a directory that no server opens;
//   - a server that is killed while it opens its directory opens it the next time.
//
// SCRIP_BACKUP_ROUNDS (2) says how often each of the last four; SCRIP_BACKUP_SEED repeats the moments
// of the kills as far as they can be repeated.

import assert from 'node:assert/strict';
import http from 'node:http';
import { spawn, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, statSync, writeFileSync }
    from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, binary, removeFolder, scrip, temporaryFolder, until } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';

const ROUNDS = Number(process.env.SCRIP_BACKUP_ROUNDS ?? 2);
const SEED = Number(process.env.SCRIP_BACKUP_SEED ?? randomBytes(4).readUInt32LE());
const CLIENTS = 16;
const DEDUCTIONS = 10_000; // to begin with: some 3 MB

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

const sqlite = (file, text) => execFileSync('sqlite3', [file, text], { encoding: 'utf8' }).trim();

// Runs the binary; gives the process and the promise of its end.
function started(...args) {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text) => { said += text; });
    child.stderr.on('data', (text) => { said += text; });
    const ended = new Promise((resolve) => {
        child.once('exit', (code, signal) => resolve({ code, signal, said }));
    });
    return { child, ended };
}

// Kills it so many milliseconds from now, wherever it is then.
async function killedAfter(ms, ...args) {
    const { child, ended } = started(...args);
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    const end = await ended;
    clearTimeout(timer);
    return end;
}

async function run(...args) {
    const { code, stdout, stderr } = await scrip(...args);
    assert.equal(code, 0, `scrip ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
}

async function fails(code, says, ...args) {
    const end = await scrip(...args);
    assert.equal(end.code, code, `scrip ${args.join(' ')}: exit ${end.code}\n${end.stdout}${end.stderr}`);
    assert.match(end.stderr + end.stdout, says);
}

describe(`backup and restore, ${ROUNDS} rounds, SCRIP_BACKUP_SEED=${SEED}`, () => {
    const random = randomOf(SEED);
    const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
    const folder = temporaryFolder();
    const at = (name) => path.join(folder, name);
    let server, key;

    const post = (to, { idempotencyKey, body }) => new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1', port: to.port, method: 'POST', path: '/scrip/v1/deductions', agent,
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

    // Deductions without end, until stop() or until the server is gone; the journal of replies.
    function load(name) {
        const journal = [];
        let stopped = false;
        const client = async (number) => {
            for (let i = 0; !stopped; i++) {
                const line = {
                    idempotencyKey: `${SEED}-${name}-${number}-${i}`,
                    body: JSON.stringify({ customer: 'acme', credit_type: USD_CENTS,
                        amount: String(1 + random(5)), reason: `${name} ${number} ${i}` }),
                };
                try {
                    line.reply = await post(server, line);
                } catch {
                    return; // not acknowledged
                }
                assert.equal(line.reply.status, 200, line.reply.text);
                journal.push(line);
            }
        };
        const clients = Array.from({ length: CLIENTS }, (_, i) => client(i));
        return {
            journal,
            until: (count) => new Promise((resolve) => {
                const look = () => (journal.length >= count ? resolve() : setImmediate(look));
                look();
            }),
            stop: () => {
                stopped = true;
                return Promise.all(clients);
            },
            ended: () => Promise.all(clients),
        };
    }

    // The restored server knows them all, and the book of the backup is a part of the server's.
    async function audit(file, lines) {
        const name = `restored-${path.basename(file)}`;
        await run('restore', '--data', at(name), file);
        assert.deepEqual(readdirSync(at(name)), ['scrip.db']);
        assert.equal(statSync(at(name)).mode & 0o077, 0);
        assert.equal(statSync(path.join(at(name), 'scrip.db')).mode & 0o077, 0);
        const last = sqlite(file, 'SELECT last_sequence, hex(hash) FROM test_seals ORDER BY 1 DESC LIMIT 1');
        const [sequence] = last.split('|');
        assert.equal(sqlite(path.join(server.dataDir, 'scrip.db'),
            `SELECT last_sequence, hex(hash) FROM test_seals WHERE last_sequence = ${sequence}`), last);
        const copy = await Server.start({ dataDir: at(name) });
        try {
            for (const line of lines)
                assert.deepEqual(await post(copy, line), line.reply);
            assert.equal(String((await must(copy, 'GET', '/scrip/v1/book', { key })).sequence),
                sequence, 'a replay has added to the book');
            await copy.stop();
        } finally {
            copy.child.kill('SIGKILL');
        }
        await copy.verify();
        removeFolder(at(name));
    }

    before(async () => {
        server = await Server.start();
        key = await server.key('test');
        await must(server, 'POST', '/scrip/v1/customers', { key, body: { name: 'Acme', aliases: ['acme'] } });
        for (const [priority, amount] of [[1, '1000'], [2, '100000000']])
            await must(server, 'POST', '/scrip/v1/grants',
                { key, body: { customer: 'acme', credit_type: USD_CENTS, amount, priority } });
        await must(server, 'POST', '/scrip/v1/deductions/batch', { key, body: {
            deductions: Array.from({ length: DEDUCTIONS }, (_, i) => ({ customer: 'acme',
                credit_type: USD_CENTS, amount: '1', reason: `to begin with, number ${i}` })),
        } });
    });
    after(async () => {
        agent.destroy();
        try {
            await server?.stop();
            await server?.verify();
        } finally {
            server?.forget();
            removeFolder(folder);
        }
    });

    it('under load: what was acknowledged before is in it', async (t) => {
        const work = load('whole');
        await work.until(200);
        const before = [...work.journal];
        const { child, ended } = started('backup', '--data', server.dataDir, '--rate', '4', at('whole.db'));
        assert.notEqual(child.pid, undefined);
        const { code, said } = await ended;
        const meanwhile = work.journal.length - before.length;
        await work.stop();
        assert.equal(code, 0, said);
        t.diagnostic(`${before.length} acknowledged before, ${meanwhile} meanwhile`);
        assert.ok(meanwhile > 0, 'nothing was written meanwhile');
        assert.match(said, /^test: ok: \d+ entries.* hash [0-9a-f]{64}$/m);
        assert.match(said, /whole\.db: \d+ bytes/);
        assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('whole')), ['whole.db']);
        await audit(at('whole.db'), before);
    });

    it('is not made over another file', async () => {
        writeFileSync(at('mine'), 'precious');
        await fails(3, /there already/, 'backup', '--data', server.dataDir, at('mine'));
        assert.equal(readFileSync(at('mine'), 'utf8'), 'precious');
        await fails(3, /No such file/, 'backup', '--data', server.dataDir, at('no/such/folder'));
        await fails(3, /No such file/, 'backup', '--data', at('nowhere'), at('b.db'));
        assert.ok(!existsSync(at('b.db')) && !existsSync(at('b.db.incomplete')));
    });

    it('gives up when the log grows too long', async () => {
        const work = load('long');
        await work.until(1);
        await fails(3, /server wrote \d+ MB meanwhile/,
            'backup', '--data', server.dataDir, '--rate', '1', '--log-max', '1', at('long.db'));
        await work.stop();
        assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('long')), []);
    });

    it('is restored into a new directory only, and only when it is right', async () => {
        await fails(3, /not empty/, 'restore', '--data', server.dataDir, at('whole.db'));
        writeFileSync(at('text'), 'not a database at all\n'.repeat(1000));
        await fails(1, /./, 'restore', '--data', at('new'), at('text'));
        // A draw of a hundredth less: the page is well-formed, the book is not.
        execFileSync('cp', [at('whole.db'), at('wrong.db')]);
        sqlite(at('wrong.db'), 'UPDATE test_entries SET amount = amount + 1 WHERE sequence = 5');
        await fails(1, /WRONG|does not add up/, 'restore', '--data', at('new'), at('wrong.db'));
        await fails(1, /WRONG|does not add up/, 'verify', '--file', at('wrong.db'));
        const half = readFileSync(at('whole.db'));
        writeFileSync(at('half.db'), half.subarray(0, half.length / 2));
        await fails(1, /./, 'restore', '--data', at('new'), at('half.db'));
        assert.ok(!existsSync(at('new')), 'something was left');
    });

    it('of a newer format is left alone, and so is a directory of one', async () => {
        execFileSync('cp', [at('whole.db'), at('newer.db')]);
        sqlite(at('newer.db'), 'PRAGMA user_version = 999');
        await fails(1, /format 999.*newer scrip/, 'restore', '--data', at('newer'), at('newer.db'));
        await run('restore', '--data', at('newer'), at('whole.db'));
        sqlite(path.join(at('newer'), 'scrip.db'), 'PRAGMA user_version = 999');
        for (const command of [['serve', '--listen', '127.0.0.1:0'], ['verify'], ['key', 'list'],
            ['backup', at('of-newer.db')]])
            await fails(['serve', 'verify'].includes(command[0]) ? 1 : 3, /format 999.*newer scrip/,
                ...command, '--data', at('newer'));
        assert.equal(sqlite(path.join(at('newer'), 'scrip.db'), 'PRAGMA user_version'), '999');
        removeFolder(at('newer'));
    });

    it('that was not restored to the end is served to nobody', async () => {
        await run('restore', '--data', at('cut'), at('whole.db'));
        closeSync(openSync(path.join(at('cut'), 'scrip.db.incomplete'), 'w'));
        for (const command of [['serve', '--listen', '127.0.0.1:0'], ['verify'], ['key', 'list'],
            ['key', 'create', '--env', 'test']])
            await fails(3, /restore or an import that did not end/, ...command, '--data', at('cut'));
        removeFolder(at('cut'));
    });

    it('cannot be made of nothing', async () => {
        for (const args of [['backup'], ['restore', at('whole.db')], ['restore', '--data', at('new')]])
            await fails(2, /which (file|directory)/, ...args);
    });

    it('of a stopped server is the same', async () => {
        await server.stop();
        await run('backup', '--data', server.dataDir, '--rate', '0', at('stopped.db'));
        await server.start();
        await audit(at('stopped.db'), []);
    });

    for (let number = 1; number <= ROUNDS; number++) {
        it(`round ${number}: a backup is killed`, async (t) => {
            const file = at(`killed-${number}.db`);
            const work = load(`killed-${number}`);
            await work.until(50);
            const before = [...work.journal];
            const end = await killedAfter(1 + random(900),
                'backup', '--data', server.dataDir, '--rate', '8', file);
            t.diagnostic(end.signal ?? `exit ${end.code}`);
            assert.equal(existsSync(file), end.code === 0, end.said);
            if (end.code !== 0)
                await run('backup', '--data', server.dataDir, file);
            await work.stop();
            await audit(file, before);
        });

        it(`round ${number}: the server is killed under a backup`, async (t) => {
            const file = at(`under-${number}.db`);
            const work = load(`under-${number}`);
            await work.until(50);
            const before = [...work.journal];
            const { ended } = started('backup', '--data', server.dataDir, '--rate', '8', file);
            await work.until(100 + random(500));
            await server.kill();
            await work.ended();
            const end = await ended;
            t.diagnostic(end.signal ?? `exit ${end.code}`);
            assert.equal(end.code, 0, end.said);
            await server.start();
            for (const line of work.journal)
                assert.deepEqual(await post(server, line), line.reply);
            await audit(file, before);
        });

        it(`round ${number}: a restore is killed`, async (t) => {
            const data = at(`restored-${number}`);
            const { child, ended } = started('restore', '--data', data, at('whole.db'));
            await until('the copy to begin', () => existsSync(path.join(data, 'scrip.db.incomplete')));
            setTimeout(() => child.kill('SIGKILL'), random(60));
            const end = await ended;
            const left = existsSync(data) ? readdirSync(data).sort() : [];
            t.diagnostic(`${end.signal ?? `exit ${end.code}`}: ${left.join(' ')}`);
            if (left.includes('scrip.db'))
                await run('verify', '--data', data);
            else if (left.includes('scrip.db.incomplete'))
                await fails(3, /did not end/, 'serve', '--data', data, '--listen', '127.0.0.1:0');
            removeFolder(data);
            await run('restore', '--data', data, at('whole.db'));
            removeFolder(data);
        });

        it(`round ${number}: the server is killed while it opens`, async (t) => {
            await server.kill(); // so that there is a log to read, and entries to replay
            const end = await killedAfter(1 + random(100),
                'serve', '--data', server.dataDir, '--listen', '127.0.0.1:0');
            t.diagnostic(`${end.signal ?? `exit ${end.code}`}: ${end.said}`);
            await server.verify();
            await server.start();
        });
    }
});
