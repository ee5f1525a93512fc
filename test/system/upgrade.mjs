// A data file of format 2, as the last program that wrote that format left it when it was killed:
// rows of the state lag behind the entries.  data/format-2.db.gz was written by it, from lib-book.mjs
// and seven more deductions in each book.  Since then the receipts, and all that was to end in the
// live book, got a hundred years more, and that book was sealed anew: the server's clock is ours.
//
//   - a server brings it up to date as it opens it; books, hashes, receipts and keys are the same,
//     and the book goes on;
//   - what only looks leaves it alone, and says so; so does `scrip key`, beside which a server of
//     that format may be at work;
//   - a restore brings its copy up to date, an import the rows of an export of that format;
//   - kill -9 in the middle leaves the old format or the new one, and nothing in between.
//
// SCRIP_UPGRADE_ROUNDS (5) says how often it is killed; SCRIP_UPGRADE_SEED repeats the moments.

import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Server, binary, removeFolder, root, scrip, temporaryFolder } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';

const ROUNDS = Number(process.env.SCRIP_UPGRADE_ROUNDS ?? 5);
const SEED = Number(process.env.SCRIP_UPGRADE_SEED ?? randomBytes(4).readUInt32LE());

const OLD = gunzipSync(readFileSync(path.join(root, 'test/system/data/format-2.db.gz')));
const SAID = {
    live: 'live: ok: 91 entries, 5 grants, 3 accounts, 51 seals, '
        + 'hash b33e1d5fe09573d747059bde99dfc0f0a8ea2364f09ff05f70277b1d67e4de30',
    test: 'test: ok: 99 entries, 6 grants, 3 accounts, 53 seals, '
        + 'hash 7c0fe4ecfdda9997f093e2e974857e7db7c32f3be6419e987a6d9cdc1480c84d',
}; // by `scrip verify` of that program
const keyOf = (env) => ({ secret: `a secret of ${env}` });

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

const random = randomOf(SEED);
const folder = temporaryFolder();
const at = (name) => path.join(folder, name);
const file = (name) => path.join(at(name), 'scrip.db');
const sqlite = (name, text) => execFileSync('sqlite3', [file(name), text], { encoding: 'utf8' }).trim();
const formatOf = (name) => Number(sqlite(name, 'PRAGMA user_version'));

function old(name) {
    mkdirSync(at(name), { mode: 0o700 });
    writeFileSync(file(name), OLD, { mode: 0o600 });
    chmodSync(at(name), 0o700);
    return at(name);
}

async function run(...args) {
    const { code, stdout, stderr } = await scrip(...args);
    assert.equal(code, 0, `scrip ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
}

async function proved(name) {
    assert.deepEqual((await run('verify', '--data', at(name))).trim().split('\n'), Object.values(SAID));
}

describe(`a file of format 2, ${ROUNDS} rounds, SCRIP_UPGRADE_SEED=${SEED}`, () => {
    after(() => removeFolder(folder));

    it('is brought up to date by a server, and is the same book', async () => {
        const server = await Server.start({ dataDir: old('served') });
        try {
            for (const env of ['live', 'test']) {
                const ask = (method, where, body, headers) =>
                    must(server, method, where, { key: keyOf(env), body, headers });
                const book = await ask('GET', '/scrip/v1/book');
                assert.ok(SAID[env].endsWith(book.hash));
                // A retry of what was done under the old program.
                const again = await ask('POST', '/scrip/v1/deductions', { customer: 'acme',
                    amount: '1.8', credit_type: USD_CENTS, reason: 'use 7', metadata: { n: 7 } },
                { 'idempotency-key': `${env}-7` });
                assert.equal(again.amount, '1.8');
                assert.equal((await ask('GET', '/scrip/v1/book')).hash, book.hash);
            }
            await server.stop();
        } finally {
            server.child.kill('SIGKILL');
        }
        await proved('served');
        assert.ok(formatOf('served') > 2);
    });

    it('goes on as a book of the new format', async () => {
        const server = await Server.start({ dataDir: at('served') });
        try {
            for (const env of ['live', 'test'])
                for (let i = 0; i < 40; i++)
                    await must(server, 'POST', '/scrip/v1/deductions', { key: keyOf(env),
                        body: { customer: 'acme', amount: '1', credit_type: USD_CENTS } });
            await server.kill(); // so that the next one replays
            await server.start();
            await server.stop();
        } finally {
            server.child.kill('SIGKILL');
        }
        await run('verify', '--data', at('served'));
    });

    it('has the tables of a new file', async () => {
        const made = at('made');
        await run('key', 'create', '--data', made, '--env', 'live', '--json');
        const tables = 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name';
        assert.equal(sqlite('served', tables), sqlite('made', tables));
        assert.equal(formatOf('served'), formatOf('made'));
    });

    it('is left alone by what only looks, and by scrip key', async () => {
        old('seen');
        for (const [code, ...args] of [[1, 'verify'], [3, 'key', 'list'], [3, 'export'],
            [3, 'key', 'create', '--env', 'live']]) {
            const end = await scrip(...args, '--data', at('seen'));
            assert.equal(end.code, code, end.stderr);
            assert.match(end.stderr, /format 2, this program writes \d+: start the server on it once/);
        }
        const end = await scrip('backup', '--data', at('seen'), at('seen.db'));
        assert.equal(end.code, 0, end.stderr);
        assert.match(end.stderr, /not proved: the file has format 2/);
        assert.equal(formatOf('seen'), 2);
    });

    it('is restored as a file of the new format', async () => {
        const said = await run('restore', '--data', at('restored'), at('seen.db'));
        assert.match(said, /format 2, to be made \d+/);
        assert.ok(said.includes(SAID.live) && said.includes(SAID.test), said);
        await proved('restored');
    });

    it('is imported from rows of its format', async () => {
        const now = await run('export', '--data', at('restored'));
        // Format 2 had no grant_jump, and all else.
        let sum = createHash('sha256');
        const rows = now.trimEnd().split('\n').map((line, i) => {
            let out = line.replace(/,"grant_jump":"\d+"/, '');
            if (i === 0)
                out = line.replace(/"format":"\d+"/, '"format":"2"');
            if (/^\{"(check|end)":/.test(line)) {
                out = line.replace(/[0-9a-f]{64}/, sum.digest('hex'));
                sum = createHash('sha256');
            }
            sum.update(`${out}\n`);
            return `${out}\n`;
        }).join('');
        assert.notEqual(rows.length, now.length);
        writeFileSync(at('old.jsonl'), rows);
        await run('import', '--data', at('imported'), at('old.jsonl'));
        assert.equal(await run('export', '--data', at('imported')), now);
        await proved('imported');
    });

    for (let number = 1; number <= ROUNDS; number++) {
        it(`round ${number}: killed in the middle, it has the old format or the new one`, async (t) => {
            const name = `killed-${number}`;
            old(name);
            const child = spawn(binary, ['serve', '--data', at(name), '--listen', '127.0.0.1:0'],
                { stdio: 'ignore' });
            const ended = new Promise((resolve) => child.once('exit', resolve));
            // From when it begins to write: what it does takes some milliseconds.
            const look = () => (existsSync(`${file(name)}-wal`)
                ? setTimeout(() => child.kill('SIGKILL'), random(12)) : setImmediate(look));
            look();
            await ended;
            const format = formatOf(name);
            t.diagnostic(`format ${format}`);
            assert.ok(format === 2 || format === formatOf('made'));
            const server = await Server.start({ dataDir: at(name) });
            await server.stop();
            await proved(name);
        });
    }
});
