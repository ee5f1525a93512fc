// A whole book as lines of JSON, and back: the same entries, the same hashes, the same bytes.
//
//   - the export of an import is the export, byte for byte: of both books, of one, with keys;
//   - an import has the seals of the original, is proved, and goes on: a retry gets its first reply;
//   - a line that is damaged is refused with its number, or that of the sum over it, and so is a
//     file that is cut off; nothing is left behind;
//   - whoever has nothing but the lines can recompute the hashes: so does this test;
//   - kill -9 leaves nothing, or all, or a directory that no server opens.
//
// SCRIP_EXPORT_DAMAGES (40) says how many damages are tried, SCRIP_EXPORT_SEED repeats them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, binary, removeFolder, scrip, temporaryFolder, until } from '../node/support/server.mjs';
import { USD_CENTS, ask, must } from '../node/support/http.mjs';
import { fillBooks } from './lib-book.mjs';

const DAMAGES = Number(process.env.SCRIP_EXPORT_DAMAGES ?? 40);
const SEED = Number(process.env.SCRIP_EXPORT_SEED ?? randomBytes(4).readUInt32LE());

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

async function run(...args) {
    const { code, stdout, stderr } = await scrip(...args);
    assert.equal(code, 0, `scrip ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
}

// A server on that directory, which ends well, or at once when the work fails.
async function serving(dataDir, work) {
    const one = await Server.start({ dataDir });
    try {
        await work(one);
        await one.stop();
    } finally {
        one.child.kill('SIGKILL');
    }
}

// --- the hashes, from the lines alone: docs/export-format.md says how ---

const u64 = (text) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(text ?? 0)));
    return bytes;
};
const NEVER = (2n ** 63n - 1n).toString();
const instant = (text) => u64(text ?? NEVER);
const uuid = (hex) => Buffer.from(hex ?? '0'.repeat(32), 'hex');
const text = (value) => {
    const bytes = Buffer.from(value ?? '');
    return Buffer.concat([u64(bytes.length), bytes]);
};

function factsBytes(f) {
    const products = Buffer.from(f.products ?? '', 'hex');
    return Buffer.concat([
        uuid(f.customer), uuid(f.credit_type), uuid(f.grant_id), u64(f.amount), u64(f.priority),
        instant(f.effective_at), instant(f.expires_at), u64(products.length / 16), products,
        u64(f.rollover_kind), u64(f.rollover_amount_max), u64(f.rollover_millionths_max),
        u64(f.rollover_priority), f.rollover_expires_at === undefined ? instant() : u64(f.rollover_expires_at),
        uuid(f.rolled_from), text(f.name), text(f.reason), text(f.grant_type), text(f.uniqueness_key),
        text(f.custom_fields), u64(f.has_paid), u64(f.paid_amount), uuid(f.paid_credit_type),
        text(f.paid_currency), instant(f.invoice_date), text(f.invoice_id), uuid(f.product),
        text(f.metadata), instant(f.hold_expires_at),
    ]);
}

function entryBytes(e, facts) {
    const debts = [e.debt ?? '0', e.account_debt ?? '0'];
    const tells = debts.some((units) => units !== '0');
    return Buffer.concat([
        ...[e.sequence, e.kind, e.flags, e.because, e.at, e.effective_at ?? e.at, e.operation, e.account,
            e.key_number, e.source, e.request, e.grant_number, e.of_operation, e.amount, e.held,
            e.uncovered, e.grant_posted, e.grant_held, e.account_posted, e.account_held,
            e.account_previous, e.account_jump, e.grant_previous].map(u64),
        u64((facts === undefined ? 0 : 1) + (tells ? 2 : 0)), ...(tells ? debts.map(u64) : []),
        facts === undefined ? Buffer.alloc(0) : factsBytes(facts),
    ]);
}

// A debt that is repaid in part, and given back: kinds 15 to 19.
async function lend(server, key) {
    const post = (path, body) => must(server, 'POST', path, { key, body });
    const of = (amount) => ({ customer: 'gamma', amount, credit_type: USD_CENTS });
    await post('/scrip/v1/customers', { name: 'Gamma', aliases: ['gamma'] });
    await post('/scrip/v1/customers/gamma/credit-limit', { credit_type: USD_CENTS, limit: '50' });
    const use = await post('/scrip/v1/deductions', of('30'));
    await post('/scrip/v1/grants', of('20'));
    await post(`/scrip/v1/deductions/${use.id}/reverse`, { amount: '25' });
}

// The last hash of a book, every seal on the way checked.
function hashOf(lines, book) {
    let hash = Buffer.alloc(32);
    let pending = [];
    for (const line of lines.filter((one) => one.book === book)) {
        if (line.entry !== undefined) {
            pending.push({ entry: line.entry });
        } else if (line.facts !== undefined) {
            pending.at(-1).facts = line.facts;
        } else if (line.seal !== undefined) {
            hash = createHash('sha256').update(hash)
                .update(Buffer.concat(pending.map(({ entry, facts }) => entryBytes(entry, facts))))
                .update(u64(line.seal.at)).digest();
            assert.equal(hash.toString('hex'), line.seal.hash, `seal ${line.seal.last_sequence}`);
            pending = [];
        }
    }
    assert.equal(pending.length, 0);
    return hash.toString('hex');
}

describe(`export and import, ${DAMAGES} damages, SCRIP_EXPORT_SEED=${SEED}`, () => {
    const random = randomOf(SEED);
    const folder = temporaryFolder();
    const at = (name) => path.join(folder, name);
    const keys = {};
    let server, whole, lines;

    const exported = (data, ...args) => run('export', '--data', data, ...args);
    async function imported(name, content, ...args) {
        writeFileSync(at(`${name}.jsonl`), content);
        return run('import', '--data', at(name), at(`${name}.jsonl`), ...args);
    }
    async function refused(content, says) {
        writeFileSync(at('bad.jsonl'), content);
        const { code, stdout, stderr } = await scrip('import', '--data', at('bad'), at('bad.jsonl'));
        assert.equal(code, 1, `exit ${code}\n${stdout}${stderr}`);
        assert.match(stdout + stderr, says);
        assert.ok(!existsSync(at('bad')), 'something was left');
    }

    before(async () => {
        server = await Server.start();
        for (const env of ['live', 'test'])
            keys[env] = await server.key(env, '--scope', 'admin');
        await fillBooks(server, keys);
        await lend(server, keys.live);
        whole = await exported(server.dataDir); // while it runs
        lines = whole.trimEnd().split('\n').map((line) => JSON.parse(line));
    });
    after(async () => {
        await server?.stop();
        server?.forget();
        removeFolder(folder);
    });

    it('has something of everything, and no secret', () => {
        const kinds = new Set(lines.filter((line) => line.entry).map((line) => Number(line.entry.kind)));
        assert.deepEqual([...kinds].sort((a, b) => a - b), Array.from({ length: 19 }, (_, i) => i + 1));
        for (const kind of ['setting', 'credit_type', 'product', 'customer', 'alias', 'custom_field_key',
            'key', 'source', 'directory_change', 'receipt', 'entry', 'facts', 'seal', 'end'])
            assert.ok(lines.some((line) => line[kind] !== undefined), kind);
        assert.doesNotMatch(whole, /pepper|secret_hmac/);
        assert.equal(lines[0].scrip_export, '1');
    });

    it('comes back byte for byte, is proved, and has the same hashes', async () => {
        const said = await imported('copy', whole);
        assert.equal(await exported(at('copy')), whole);
        for (const env of ['live', 'test']) {
            const { hash } = await must(server, 'GET', '/scrip/v1/book', { key: keys[env] });
            assert.match(said, new RegExp(`^${env}: ok: .* hash ${hash}$`, 'm'));
            assert.equal(hashOf(lines, env), hash, 'recomputed from the lines');
        }
        assert.deepEqual(readdirSync(at('copy')), ['scrip.db']);
        await run('verify', '--data', at('copy')); // of the state as it was written, too
    });

    it('opens nothing without its keys, and goes on with them', async () => {
        await serving(at('copy'), async (copy) => {
            for (const key of Object.values(keys))
                assert.equal((await ask(copy, 'GET', '/scrip/v1/book', { key })).status, 401);
        });

        const withKeys = await exported(server.dataDir, '--with-keys');
        assert.match(withKeys, /"pepper"/);
        await imported('moved', withKeys);
        assert.equal(await exported(at('moved'), '--with-keys'), withKeys);
        await serving(at('moved'), async (moved) => {
            const book = () => must(moved, 'GET', '/scrip/v1/book', { key: keys.live });
            const before = await book();
            const again = { key: keys.live, headers: { 'idempotency-key': 'live-7' }, body: {
                customer: 'acme', amount: '1.8', credit_type: USD_CENTS, reason: 'use 7', metadata: { n: 7 } } };
            assert.deepEqual(await must(moved, 'POST', '/scrip/v1/deductions', again),
                await must(server, 'POST', '/scrip/v1/deductions', again));
            assert.equal((await book()).hash, before.hash, 'a retry has added to the book');
            const balance = (of) => must(of, 'GET', `/scrip/v1/customers/acme/balance?credit_type=${
                encodeURIComponent('USD (cents)')}&at=2126-12-31T00:00:00Z`, { key: keys.test });
            assert.deepEqual(await balance(moved), await balance(server));
            await must(moved, 'POST', '/scrip/v1/deductions',
                { key: keys.live, body: { customer: 'acme', amount: '1', credit_type: USD_CENTS } });
        });
        await run('verify', '--data', at('moved'));
    });

    for (const env of ['live', 'test']) {
        it(`of ${env} alone comes back byte for byte`, async () => {
            const one = await exported(server.dataDir, '--env', env);
            assert.ok(one.length < whole.length);
            const said = await imported(`only-${env}`, one);
            assert.match(said, new RegExp(`^${env === 'live' ? 'test' : 'live'}: ok: 0 entries`, 'm'));
            assert.equal(await exported(at(`only-${env}`), '--env', env), one);
        });
    }

    it('is refused when it is cut off, wherever', async () => {
        const bytes = Buffer.from(whole);
        for (let i = 0; i < DAMAGES / 4; i++)
            await refused(bytes.subarray(0, random(bytes.length - 1)), /line \d+: /);
        await refused(bytes.subarray(0, bytes.length - 1), new RegExp(`line ${lines.length}: it is cut off`));
        await refused('', /line 1: the file ends/);
        const texts = whole.split('\n');
        await refused(texts.slice(0, -2).join('\n') + '\n', /ends before its last line/);
        await refused(`${whole}{"end":{}}\n`, /comes after the last/);
    });

    it('is refused when a byte of it is another', async () => {
        const bytes = Buffer.from(whole);
        for (let i = 0; i < DAMAGES; i++) {
            const damaged = Buffer.from(bytes);
            const place = random(bytes.length);
            damaged[place] ^= 1 << random(7);
            if (!damaged.equals(bytes))
                await refused(damaged, /line \d+: /);
        }
    });

    it('is refused with the number of the line that is wrong', async () => {
        const texts = whole.trimEnd().split('\n');
        const changed = (line, to) => [...texts.slice(0, line - 1), to, ...texts.slice(line)].join('\n') + '\n';
        const number = 1 + lines.findIndex((line) => line.entry?.sequence === '5');
        const entry = texts[number - 1];
        const seal = number + lines.slice(number).findIndex((line) => line.seal) + 1;
        const wrong = (line, to, at = line) => refused(changed(line, to), new RegExp(`line ${at}: `));
        await wrong(number, entry.slice(0, -1));
        await wrong(number, entry.replace('"kind":"', '"kind":"x'));
        await wrong(number, entry.replace('"kind"', '"colour"'));
        await wrong(number, entry.replace('"live"', '"dead"'));
        await wrong(number, entry.replace('"entry"', '"line"'));
        await wrong(number, texts[number - 2]);
        await wrong(number, entry.replace(/"amount":"-?\d+"/, '"amount":"99999999999999999999"'));
        // Well-formed, but not what was sealed.
        await wrong(number, entry.replace(/"amount":"(-?)/, '"amount":"$11'), seal);
        await wrong(number, entry.replace(/"key_number":"\d+"/, '"key_number":"77"'), seal);
        await wrong(1, texts[0].replace('"scrip_export":"1"', '"scrip_export":"2"'));
        await refused(changed(1, texts[0].replace(/"format":"\d+"/, '"format":"999"')),
            /line 1: .*format 999.*newer scrip/);
    });

    it('goes into a new directory only', async () => {
        const { code, stderr } = await scrip('import', '--data', at('copy'), at('copy.jsonl'));
        assert.equal(code, 3);
        assert.match(stderr, /not empty/);
    });

    it('that is killed is served to nobody, or is whole', async (t) => {
        for (let i = 0; i < 3; i++) {
            const child = spawn(binary, ['import', '--data', at('cut'), at('copy.jsonl')],
                { stdio: 'ignore' });
            const ended = new Promise((resolve) => child.once('exit', resolve));
            await until('it to begin', () => existsSync(path.join(at('cut'), 'scrip.db.incomplete'))
                || existsSync(path.join(at('cut'), 'scrip.db')));
            setTimeout(() => child.kill('SIGKILL'), random(30));
            await ended;
            const left = existsSync(at('cut')) ? readdirSync(at('cut')) : [];
            t.diagnostic(left.join(' '));
            const { code, stderr } = await scrip('verify', '--data', at('cut'));
            assert.equal(code, left.includes('scrip.db') ? 0 : 3, stderr);
            if (!left.includes('scrip.db'))
                assert.match(stderr, /did not end/);
            removeFolder(at('cut'));
        }
        assert.equal(readFileSync(at('copy.jsonl'), 'utf8'), whole);
    });
});
