// The client on the command line, and the examples of the library, against a running server.

import assert from 'node:assert/strict';
import path from 'node:path';
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { Server, binary, removeFolder, root, temporaryFolder } from '../node/support/server.mjs';
import { USD_CENTS } from '../node/support/http.mjs';

const examples = path.join(process.env.SCRIP_BUILD ?? path.join(root, 'build'), 'examples', 'c');
const [WELL, REFUSED, USAGE, WORLD, NOT_COVERED, NOT_FOUND, KEY] = [0, 1, 2, 3, 4, 5, 6];

// Nothing of the machine's own settings.
const bare = { PATH: process.env.PATH, HOME: '/nonexistent', no_proxy: '*' };

function run(file, args, { env = {}, input = '' } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, { env: { ...bare, ...env } });
        const said = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'])
            child[name].setEncoding('utf8').on('data', (text) => { said[name] += text; });
        child.stdin.on('error', () => {});
        child.stdin.end(input);
        child.on('error', reject);
        child.on('close', (code, signal) => resolve({ code: code ?? signal, ...said }));
    });
}

// In a terminal of its own, as `script` makes one; what it shows, without carriage returns.
function inTerminal(command, env) {
    const file = temporaryFolder();
    try {
        execFileSync('script', ['--quiet', '--return', '--command', command, path.join(file, 'seen')],
            { env: { ...bare, TERM: 'dumb', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
        return readFileSync(path.join(file, 'seen'), 'utf8').replaceAll('\r\n', '\n');
    } finally {
        removeFolder(file);
    }
}

describe('the client on the command line', () => {
    let server, key, env;
    const scrip = (args, options = {}) =>
        run(binary, args, { ...options, env: { ...env, ...options.env } });
    async function well(...args) {
        const { code, stdout, stderr } = await scrip(args);
        assert.equal(code, WELL, `scrip ${args.join(' ')}: ${code}\n${stderr}`);
        assert.equal(stderr, '');
        return stdout;
    }
    const json = async (...args) => JSON.parse(await well(...args, '--json'));
    const lines = async (...args) =>
        (await well(...args, '--json')).trimEnd().split('\n').map((line) => JSON.parse(line));
    const field = (text, name) => new RegExp(`^${name} +(.*)$`, 'm').exec(text)?.[1];

    before(async () => {
        server = await Server.start();
        key = await server.key('test');
        env = { SCRIP_URL: server.url, SCRIP_SECRET: key.secret, SCRIP_CLIENT_ID: key.clientId };
    });
    after(async () => {
        await server.stop();
        await server.verify();
        server.forget();
    });

    it('checks a key', async () => {
        assert.match(await well('keys', 'check'), /^The key is good\.$/m);
        assert.equal((await json('keys', 'check')).sequence, 0);
    });

    it('makes customers, and finds them again', async () => {
        const made = await well('customers', 'create', 'Acme Inc', '--alias', 'acme',
            '--alias', 'acme/eu', '--field', 'plan=gold');
        assert.equal(field(made, 'aliases'), 'acme, acme/eu');
        assert.equal(field(made, 'fields'), 'plan=gold');
        assert.equal((await json('customers', 'show', 'acme/eu')).name, 'Acme Inc');
        await well('customers', 'create', 'Other', '--alias', 'other');
        assert.match(await well('customers', 'list'), /^id +name +aliases +created\n.*Acme Inc/);
        assert.deepEqual((await lines('customers', 'list')).map(({ name }) => name),
            ['Acme Inc', 'Other']);
        assert.equal((await lines('customers', 'list', '--alias', 'other')).length, 1);
    });

    it('changes customers, and puts them away', async () => {
        const { id } = await json('customers', 'create', 'Gone', '--alias', 'gone', '--field', 'a=b');
        const updated = await well('customers', 'update', id, '--name', 'Going', '--alias', 'going',
            '--alias', 'leaving');
        assert.equal(field(updated, 'name'), 'Going');
        assert.equal(field(updated, 'aliases'), 'going, leaving');
        assert.equal(field(updated, 'fields'), 'a=b');
        assert.match(field(await well('customers', 'archive', 'going'), 'archived'), /^2/);
        const names = async (...args) =>
            (await lines('customers', 'list', ...args)).map(({ name }) => name);
        assert.ok(!(await names()).includes('Going'));
        assert.ok((await names('--archived')).includes('Going'));
    });

    it('grants, lists, edits and voids', async () => {
        const welcome = await json('grants', 'create', 'acme', '500', '--name', 'Welcome',
            '--priority', '1', '--expires-at', '2099-01-01', '--rollover-until', '2099-06-01',
            '--rollover-share', '0.5', '--field', 'a=b');
        assert.equal(welcome.expires_at, '2099-01-01T00:00:00.000Z');
        assert.equal(welcome.rollover.share_max, '0.5');
        const prepaid = await well('grants', 'create', 'acme', '10000', '--name', 'Prepaid',
            '--priority', '2');
        assert.equal(field(prepaid, 'expires'), 'never');
        const wrong = await json('grants', 'create', 'other', '5');
        await well('grants', 'edit', wrong.id, '--name', 'Mistake', '--expires-at', '2098-01-01',
            '--field', 'c=d');
        assert.equal((await lines('grants', 'list', '--customer', 'other'))[0].name, 'Mistake');
        const shown = await well('grants', 'show', wrong.id);
        assert.equal(field(shown, 'expires'), '2098-01-01T00:00:00Z');
        assert.equal(field(shown, 'fields'), 'c=d');
        assert.match(field(await well('grants', 'void', wrong.id), 'entry'), /^\d+$/);
        assert.match(field(await well('grants', 'void', wrong.id), 'entry'), /^none/);
        assert.equal(field(await well('grants', 'show', wrong.id), 'status'), 'voided');
        const { stdout, stderr } = await scrip(['grants', 'list', '--customer', 'other']);
        assert.equal(stdout, '');
        assert.equal(stderr, 'There are no such grants.\n');
        assert.equal((await lines('grants', 'list', '--customer', 'other', '--voided')).length, 1);
    });

    it('deducts, and says what from and why', async () => {
        const told = await well('deduct', 'acme', '620.5', '--reason', 'API calls');
        assert.equal(field(told, 'available'), '9879.5');
        assert.match(told, /^grant +drawn +left +because$/m);
        const balance = await json('balance', 'acme');
        assert.equal(balance.available, '9879.5');
        assert.equal(field(await well('deduct', 'acme', '1', '--dry-run'), 'available'), '9878.5');
        const deduction = await json('deduct', 'acme', '20');
        const back = await well('reverse', deduction.id, '--amount', '5');
        assert.equal(field(back, 'available'), '9864.5');
        assert.equal(field(await well('balance', 'acme'), 'available'), '9864.5');
    });

    it('has an exit code for each kind of no', async () => {
        const refused = async (code, ...args) => {
            const said = await scrip(args);
            assert.equal(said.code, code, `scrip ${args.join(' ')}\n${said.stderr}`);
            assert.equal(said.stdout, '');
            assert.match(said.stderr, /^scrip: /);
            return said.stderr;
        };
        assert.match(await refused(NOT_COVERED, 'deduct', 'acme', '99999'), /available: 9864\.5/);
        await refused(NOT_FOUND, 'balance', 'nobody');
        await refused(NOT_FOUND, 'hold', 'release', '00000000-0000-4000-8000-000000000000');
        await refused(REFUSED, 'customers', 'create', 'Twice', '--alias', 'acme');
        await refused(REFUSED, 'deduct', 'acme', '0.0000001');
        await refused(KEY, 'keys', 'check', '--secret', 'sk_test.wrong');
        assert.match(await refused(WORLD, 'keys', 'check', '--url', 'http://127.0.0.1:1'),
            /cannot reach 127\.0\.0\.1:1/);
        await refused(USAGE, 'deduct', 'acme', 'ten');
        await refused(USAGE, 'deduct', 'acme');
        await refused(USAGE, 'deduct', 'acme', '1', '2');
        await refused(USAGE, 'deduct', 'acme', '1', '--atomic');
        await refused(USAGE, 'balance', 'acme', '--at', 'noon');
        await refused(USAGE, 'balance', 'acme', '--colour');
        await refused(USAGE, 'balance', 'acme', '--json=yes');
        await refused(USAGE, 'grants', 'frobnicate');
        await refused(USAGE, 'grants');
        await refused(USAGE, 'grants', 'create', 'acme', '5', '--rollover-share', '0.5');
        await refused(USAGE, 'grants', 'list', '--limit', '0');
        await refused(USAGE, 'hold', 'create', 'acme', '5', '--for', 'a while');
        await refused(USAGE, 'entries', 'acme', '--order', 'sideways');
        await refused(USAGE, 'customers', 'create', 'X', '--field', 'noequals');
        await refused(USAGE, 'keys', 'check', '--url', 'ftp://127.0.0.1');
    });

    it('tells programs of an error in JSON', async () => {
        const { code, stdout, stderr } = await scrip(['deduct', 'acme', '99999', '--json']);
        assert.equal(code, NOT_COVERED);
        assert.equal(stdout, '');
        const error = JSON.parse(stderr);
        assert.equal(error.outcome, 'not covered');
        assert.equal(error.http_status, 402);
        assert.equal(error.available, '9864.5');
        assert.match(error.request_id, /./);
        assert.match(error.idempotency_key, /^[0-9a-f-]{36}$/);
    });

    it('does once what is sent twice with one key', async () => {
        const twice = ['deduct', 'acme', '4.5', '--idempotency-key', 'order 17'];
        const first = await well(...twice);
        assert.equal(await well(...twice), first);
        assert.equal((await json('balance', 'acme')).available, '9860');
    });

    it('holds, captures, releases and extends', async () => {
        const hold = await json('hold', 'create', 'acme', '25', '--for', '10m');
        assert.equal(Date.parse(hold.expires_at) - Date.parse(hold.at), 600_000);
        assert.equal(field(await well('balance', 'acme'), 'held'), '25');
        await well('hold', 'extend', hold.id, '--for', '1h');
        const captured = await well('hold', 'capture', hold.id, '12.5');
        assert.equal(field(captured, 'status'), 'captured');
        const late = await scrip(['hold', 'release', hold.id]);
        assert.equal(late.code, REFUSED);
        assert.equal(field(await well('hold', 'show', hold.id), 'captured'), '12.5');
        const other = await json('hold', 'create', 'acme', '7', '--reason', 'a call');
        assert.deepEqual((await lines('hold', 'list', '--customer', 'acme')).map(({ id }) => id),
            [other.id]);
        assert.match(await well('hold', 'list'), /^id +customer +amount.*\n.*a call$/m);
        assert.equal(field(await well('hold', 'release', other.id), 'available'), '9847.5');
    });

    it('sets how far a customer may owe', async () => {
        await well('customers', 'create', 'Owing', '--alias', 'owing');
        const limit = await json('credit-limit', 'owing', '50', '--reason', 'pays by invoice');
        assert.equal(limit.credit_limit, '50');
        assert.equal((await json('deduct', 'owing', '20')).balance.debt, '20');
        const lowered = await well('credit-limit', 'owing', '10', '--credit-type', 'USD (cents)');
        assert.equal(field(lowered, 'credit limit'), '10');
        assert.equal(field(lowered, 'debt'), '20');
        assert.equal((await scrip(['deduct', 'owing', '1'])).code, NOT_COVERED);
        assert.equal((await scrip(['credit-limit', 'owing'])).code, USAGE);
        assert.equal((await scrip(['credit-limit', 'owing', 'much'])).code, USAGE);
        assert.equal((await scrip(['credit-limit', 'owing', '-1'])).code, REFUSED);
    });

    it('tells how a balance came about, of one and of all', async () => {
        const newest = await lines('entries', 'acme');
        const oldest = await lines('entries', 'acme', '--order', 'oldest', '--page-size', '1');
        assert.deepEqual(oldest, [...newest].reverse());
        assert.equal((await lines('entries', 'acme', '--limit', '3')).length, 3);
        const book = await lines('entries');
        assert.ok(book.length > newest.length);
        assert.match(await well('entries', 'acme'), /^ *entry +at +kind +amount/);
        assert.match(await well('entries'), /^ *entry +at +customer +kind/);
        assert.equal((await scrip(['entries', '--order', 'oldest'])).code, USAGE);
    });

    it('makes the calls of Kable and Metronome', async () => {
        const granted = await well('credits', 'grant', 'other', '100', '--description', 'Top-up');
        assert.match(field(granted, 'id'), /^crd_/);
        assert.equal(field(await well('credits', 'balance', 'other'), 'available'), '100');
        const { id } = await json('customers', 'show', 'acme');
        const grants = await lines('credits', 'list', '--customer', id, '--credit-type', USD_CENTS,
            '--page-size', '1');
        assert.deepEqual(grants.map(({ name }) => name), ['Welcome', 'Prepaid']);
        const [{ customer_id, ledgers }] = await lines('credits', 'ledgers', '--customer', id);
        assert.equal(customer_id, id);
        assert.ok(ledgers[0].entries.length > 3);
        assert.match(await well('credits', 'ledgers', '--order', 'newest'), /^at +customer +amount/);
        assert.ok((await lines('credits', 'types')).some((type) => type.id === USD_CENTS));
    });

    it('makes and revokes keys, with one that may', async () => {
        const forbidden = await scrip(['keys', 'list']);
        assert.equal(forbidden.code, KEY, forbidden.stderr);
        const admin = await server.key('test', '--scope', 'admin');
        const as = { env: { SCRIP_SECRET: admin.secret } };
        const made = await scrip(['keys', 'create', '--name', 'billing', '--scope', 'read',
            '--rate', '5', '--json'], as);
        assert.equal(made.code, WELL, made.stderr);
        const { client_id: clientId, secret } = JSON.parse(made.stdout);
        assert.equal((await scrip(['keys', 'check', '--secret', secret])).code, WELL);
        assert.equal((await scrip(['deduct', 'acme', '1', '--secret', secret])).code, KEY);
        assert.match((await scrip(['keys', 'list'], as)).stdout,
            new RegExp(`^client id +name.*\\n(.*\\n)*${clientId} +billing +test +read`));
        const revoked = await scrip(['keys', 'revoke', clientId], as);
        assert.match(field(revoked.stdout, 'revoked'), /^2/);
        assert.equal((await scrip(['keys', 'check', '--secret', secret])).code, KEY);
        assert.equal((await scrip(['keys', 'revoke', 'kci_none'], as)).code, NOT_FOUND);
    });

    it('deducts many from a file', async () => {
        const file = [
            { customer: 'other', amount: '5', credit_type: 'Credits' },
            { customer: 'other', amount: 500, credit_type: 'Credits', reason: 'too much' },
            { customer: 'other', amount: 1.5, credit_type: 'Credits', metadata: { a: [1] } },
        ].map((line) => `${JSON.stringify(line)}\n`).join('\n');
        const left = async () => (await json('credits', 'balance', 'other')).available;
        const send = (...args) => scrip(['deduct', '--file', '-', ...args], { input: file });

        const first = await send('--idempotency-key', 'file 1');
        assert.equal(first.code, NOT_COVERED, first.stderr);
        assert.match(first.stdout, /^ +1 +other +5 +95 +done\n +3 +other +500 +95 +.*\n +5 .*done$/m);
        assert.equal(await left(), 93.5);
        assert.equal((await send('--idempotency-key', 'file 1')).stdout, first.stdout);
        assert.equal(await left(), 93.5);

        const whole = await send('--atomic', '--json');
        assert.equal(whole.code, NOT_COVERED);
        assert.equal(whole.stdout.trimEnd().split('\n').length, 3);
        assert.equal(await left(), 93.5);

        for (const bad of ['{"customer":"other","ammount":1}', '[]', '{', '{"customer":5}',
            '{"amount":"x"}']) {
            const said = await scrip(['deduct', '--file', '-'], { input: `${bad}\n` });
            assert.equal(said.code, USAGE, bad);
            assert.match(said.stderr, /standard input, line 1: /);
        }
        assert.equal((await scrip(['deduct', '--file', '/nonexistent'])).code, USAGE);
    });

    it('sends many lines in several requests', async () => {
        const count = 2500;
        const input = '{"customer":"acme","amount":"0.1"}\n'.repeat(count);
        const before = Number((await json('balance', 'acme')).available);
        const said = await scrip(['deduct', '--file', '-', '--json', '--verbose'], { input });
        assert.equal(said.code, WELL, said.stderr.slice(-500));
        assert.equal(said.stdout.trimEnd().split('\n').length, count);
        assert.equal(said.stderr.match(/^> POST /gm).length, 3);
        assert.equal((await json('balance', 'acme')).available, String(before - count / 10));
    });

    it('shows what is sent and what comes, but no secret', async () => {
        const { stderr } = await scrip(['balance', 'acme', '--verbose']);
        assert.match(stderr, /^> GET http.*\/balance$/m);
        assert.match(stderr, /^> Authorization: \*\*\*$/m);
        assert.match(stderr, /^< 200 after \d+ ms$/m);
        assert.ok(!stderr.includes(key.secret));
    });

    it('pages long lists on a terminal, and shows none of that elsewhere', () => {
        const command = `'${binary}' entries acme --limit 3`;
        const paged = inTerminal(command, { ...env, SCRIP_PAGER: "sed 's/^/paged: /'" });
        assert.match(paged, /^paged: *entry/m);
        const plain = inTerminal(`${command} --no-pager`, { ...env, SCRIP_PAGER: 'false' });
        assert.match(plain, /^ *entry/m);
        assert.doesNotMatch(plain, /paged/);
        const seen = inTerminal(`'${binary}' entries --json >/dev/null`, env);
        assert.match(seen, /\d+ entries/); // how far it has come
    });

    it('leaves when its reader does', () => {
        const said = execFileSync('sh', ['-c', `'${binary}' entries --json | head -n 1; echo end`],
            { env: { ...bare, ...env } }).toString();
        assert.match(said, /^\{.*\}\nend\n$/);
    });

    it('reads its settings from a file that is private', async () => {
        const folder = temporaryFolder();
        const config = path.join(folder, 'scrip', 'config');
        mkdirSync(path.dirname(config));
        const write = (text, mode = 0o600) => {
            writeFileSync(config, text);
            chmodSync(config, mode);
        };
        const check = (args = [], more = {}) => run(binary, ['keys', 'check', ...args],
            { env: { XDG_CONFIG_HOME: folder, ...more } });

        write(`# mine\nurl = ${server.url}\n secret=${key.secret}  \n`);
        assert.equal((await check()).code, WELL);
        assert.equal((await check([], { SCRIP_SECRET: 'wrong wrong' })).code, KEY);
        assert.equal((await check(['--secret', key.secret], { SCRIP_SECRET: 'wrong wrong' })).code,
            WELL);
        for (const mode of [0o640, 0o604, 0o660, 0o644]) {
            write(`url = ${server.url}\nsecret = ${key.secret}\n`, mode);
            const said = await check();
            assert.equal(said.code, USAGE, mode.toString(8));
            assert.match(said.stderr, /chmod 600/);
        }
        write('colour = green\n');
        assert.match((await check()).stderr, /there is no setting "colour"/);
        write('');
        const none = await check();
        assert.equal(none.code, USAGE);
        assert.match(none.stderr, /no secret: set SCRIP_SECRET/);
        assert.equal((await check(['--config', '/nonexistent'])).code, USAGE);

        const secretFile = path.join(folder, 'secret');
        writeFileSync(secretFile, `${key.secret}\n`, { mode: 0o600 });
        const by = (file, input) => run(binary,
            ['keys', 'check', '--url', server.url, '--secret-file', file], { input });
        assert.equal((await by(secretFile)).code, WELL);
        assert.equal((await by('-', key.secret)).code, WELL);
        chmodSync(secretFile, 0o644);
        assert.equal((await by(secretFile)).code, USAGE);
        removeFolder(folder);
    });

    it('tells of every command in its help', async () => {
        const whole = await well('--help');
        for (const group of ['customers', 'grants', 'credits', 'deduct', 'hold', 'balance', 'credit-limit',
            'entries', 'keys']) {
            assert.match(whole, new RegExp(`^  ${group} `, 'm'));
            assert.match(await well(group, '--help'), /^Exit codes:$/m);
        }
        assert.match(await well('grants', 'create', '--help'), /--credit-type TYPE/);
    });

    it('runs the examples', async () => {
        const { id } = await json('customers', 'create', 'Example', '--alias', 'yourcompanyuser_1');
        const kable = { KABLE_CLIENT_ID: key.clientId, KABLE_CLIENT_SECRET: key.secret };
        const example = (name, args, more) =>
            run(path.join(examples, `example_${name}`), args, { env: more });

        const granted = await example('kable_create_credit_grant', [server.url, 'yourcompanyuser_1'],
            kable);
        assert.match(granted.stdout, /^crd_[0-9a-f]{32}: 100 credits granted, 100 of them left\n$/);
        await well('deduct', 'yourcompanyuser_1', '25');
        const balance = await example('kable_get_credit_balance', [server.url, 'yourcompanyuser_1'],
            kable);
        assert.equal(balance.stdout, 'yourcompanyuser_1 has 75 credits\n');
        assert.equal(balance.code, 0);

        for (const [name, amount] of [['Welcome', '500'], ['March', '1000'], ['April', '2500']])
            await well('grants', 'create', id, amount, '--name', name, '--expires-at', '2099-01-01');
        await well('deduct', id, '620.5', '--credit-type', 'USD (cents)');
        const list = await example('metronome_list_credit_grants', [server.url, id],
            { METRONOME_BEARER_TOKEN: key.secret });
        assert.equal(list.stdout, [
            'Welcome         500        0 USD (cents)  until 2099-01-01T00:00:00.000Z',
            'March          1000    879.5 USD (cents)  until 2099-01-01T00:00:00.000Z',
            'April          2500     2500 USD (cents)  until 2099-01-01T00:00:00.000Z', '',
        ].join('\n'));

        // What the README shows is what they print.
        const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
        assert.match(readme, new RegExp(granted.stdout.replace(/[0-9a-f]{32}/, '[0-9a-f]{32}')));
        assert.ok(readme.includes(balance.stdout));
        assert.ok(readme.includes(list.stdout));

        const wrong = await example('kable_get_credit_balance', [server.url, 'yourcompanyuser_1'],
            { ...kable, KABLE_CLIENT_SECRET: 'wrong' });
        assert.equal(wrong.code, 1);
        assert.match(wrong.stderr, /Unauthorized \(HTTP 401\)/);
    });
});

describe('the client over TLS', () => {
    let folder, cert, server, key;

    before(async () => {
        folder = temporaryFolder();
        cert = path.join(folder, 'cert.pem');
        const keyFile = path.join(folder, 'key.pem');
        execFileSync('openssl', [
            'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
            '-keyout', keyFile, '-out', cert, '-days', '2', '-subj', '/CN=scrip test',
            '-addext', 'subjectAltName=IP:127.0.0.1',
        ], { stdio: 'pipe' });
        const dataDir = path.join(folder, 'data');
        const made = execFileSync(binary,
            ['key', 'create', '--data', dataDir, '--env', 'test', '--json']);
        key = JSON.parse(made.toString());
        server = await Server.start({ dataDir, args: ['--tls-cert', cert, '--tls-key', keyFile] });
    });
    after(async () => {
        await server.stop();
        server.forget();
        removeFolder(folder);
    });
    const check = (...args) => run(binary, ['keys', 'check', ...args],
        { env: { SCRIP_URL: server.url, SCRIP_SECRET: key.secret } });

    it('trusts nobody whom it was not told to trust', async () => {
        const said = await check();
        assert.equal(said.code, WORLD);
        assert.match(said.stderr, /no secure connection/);
        assert.equal((await check('--ca-file', cert)).code, WELL);
        assert.equal((await check('--ca-file', '/nonexistent')).code, WORLD);
    });
});

describe('completions and manual pages', () => {
    const groups = ['customers', 'grants', 'credits', 'deduct', 'reverse', 'hold', 'balance',
        'credit-limit', 'entries', 'keys'];
    const complete = (...words) => execFileSync('bash', ['--norc', '-c', [
        `source <('${binary}' completions bash)`,
        `COMP_WORDS=(scrip ${words.map((word) => `'${word}'`).join(' ')})`,
        `COMP_CWORD=${words.length}`, '_scrip', 'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n')]).toString().trim().split('\n');

    it('bash completes commands, verbs, flags and values', () => {
        const first = complete('');
        for (const group of [...groups, 'serve', 'key', 'verify'])
            assert.ok(first.includes(group), group);
        assert.deepEqual(complete('grants', 'c'), ['create']);
        assert.ok(complete('grants', 'create', 'acme', '5', '--pri').includes('--priority'));
        assert.deepEqual(complete('entries', 'acme', '--order', ''), ['oldest', 'newest']);
        assert.ok(complete('balance', '--cred').includes('--credit-type'));
        assert.deepEqual(complete('completions', ''), ['bash', 'zsh', 'fish']);
    });

    for (const shell of ['zsh', 'fish']) {
        it(`${shell} can read what is made for it`, () => {
            execFileSync('sh', ['-c', `'${binary}' completions ${shell} >"$0" && ${shell} -n "$0"`,
                path.join(temporaryFolder(), 'script')]);
        });
    }

    it('fish completes verbs and flags', () => {
        const offered = (line) => execFileSync('fish', ['--no-config', '-c',
            `'${binary}' completions fish | source; complete -C "${line}"`]).toString();
        assert.match(offered('scrip gra'), /^grants\t/m);
        assert.match(offered('scrip grants cr'), /^create\t/m);
        assert.match(offered('scrip grants create --prio'), /^--priority\t/m);
        assert.match(offered('scrip entries acme --order '), /^oldest/m);
    });

    it('zsh completes verbs', () => {
        const said = execFileSync('zsh', ['-f', '-c', [
            'autoload -Uz compinit && compinit -D',
            `source <('${binary}' completions zsh)`,
            // What is offered is collected instead of shown.
            '_describe() { print -l -- ${(P)2} }',
            'words=(scrip grants c) CURRENT=3 _scrip',
        ].join('\n')]).toString();
        assert.match(said, /^create:promise credit to a customer$/m);
    });

    it('every command has a manual page that is installed', () => {
        const built = readdirSync(path.join(process.env.SCRIP_BUILD ?? path.join(root, 'build'),
            'src', 'cli', 'pages')).filter((name) => name.endsWith('.1')).sort();
        assert.deepEqual(built, ['scrip.1', ...groups.map((group) => `scrip-${group}.1`)].sort());
        const help = execFileSync(binary, ['--help']).toString().split('Its client:')[1];
        const listed = [...help.matchAll(/^  ([\w-]+) /gm)].map(([, name]) => name);
        assert.deepEqual(listed, [...groups, 'completions', 'man']);
    });

    it('manual pages are well formed', () => {
        for (const page of ['scrip', ...groups.map((group) => `scrip-${group}`)]) {
            const said = execFileSync('sh', ['-c',
                `'${binary}' man ${page} | groff -man -Tutf8 -ww 2>&1 >/dev/null`]).toString();
            assert.equal(said, '', page);
            const text = execFileSync('sh', ['-c',
                `'${binary}' man ${page} | groff -man -Tutf8 -P-cbou`]).toString();
            assert.match(text, /^EXIT STATUS$/m, page);
        }
    });
});
