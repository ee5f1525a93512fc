// A secret is with its owner and nowhere else: not in logs, replies, the list of processes or a core
// file, nor in the data directory, which is its owner's alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, binary, removeFolder, scrip, temporaryFolder, until } from '../node/support/server.mjs';
import { ask, exchange } from '../node/support/http.mjs';

const UMASK_0 = ['sh', '-c', 'umask 0; exec "$@"', 'sh'];
const GIVEN = 'a secret that I have chosen';

describe('secrets', () => {
    const folder = temporaryFolder();
    const secrets = [GIVEN];
    let server, key;

    const holdsNone = (text, where) => {
        for (const secret of secrets)
            assert.ok(!text.includes(secret), `a secret stands in ${where}`);
    };
    const proc = (pid, name) => readFileSync(`/proc/${pid}/${name}`, 'latin1');

    before(async () => {
        server = await Server.start({ dataDir: path.join(folder, 'data'), command: UMASK_0,
            args: ['--access-log'] });
        key = await server.key('live', '--scope', 'admin');
        secrets.push(key.secret);
    });
    after(async () => {
        server.child.kill('SIGKILL');
        await server.exited;
        removeFolder(folder);
    });

    it('are kept in a directory that is its owner\'s alone, whatever the umask', async () => {
        assert.equal(statSync(server.dataDir).mode & 0o7777, 0o700);
        for (const name of readdirSync(server.dataDir))
            assert.equal(statSync(path.join(server.dataDir, name)).mode & 0o7777, 0o600, name);
        const { code } = await scrip('backup', '--data', server.dataDir, path.join(folder, 'b.db'));
        assert.equal(code, 0);
        assert.equal(statSync(path.join(folder, 'b.db')).mode & 0o7777, 0o600);
        assert.doesNotMatch(server.log, /others have rights/);
    });

    it('are warned of where others have rights', async () => {
        const shared = path.join(folder, 'shared');
        mkdirSync(shared);
        chmodSync(shared, 0o750);
        const other = await Server.start({ dataDir: shared });
        await other.stop();
        assert.match(other.log, /warning.*others have rights to .*mode 0750.*chmod 0700/);
    });

    it('are not in the data files', () => {
        for (const name of readdirSync(server.dataDir))
            holdsNone(readFileSync(path.join(server.dataDir, name), 'latin1'), name);
    });

    it('are not in replies, nor in the log, right or wrong', async () => {
        secrets.push('scrip_live_wrong000000000000000000000000', 'hunter2hunter2');
        const replies = [];
        const send = async (...args) => {
            const { text, headers } = await ask(server, ...args);
            replies.push(text, JSON.stringify([...headers]));
        };
        for (const secret of secrets) {
            for (const [method, where, body] of [['GET', '/scrip/v1/book'], ['GET', '/scrip/v1/keys'],
                ['POST', '/scrip/v1/grants', { customer: 'nobody' }], ['GET', '/v1/credit-types/list'],
                ['GET', '/nowhere'], ['POST', '/scrip/v1/customers', { name: 7 }]])
                await send(method, where, { key: { secret }, body });
            await send('GET', '/api/v1/customers',
                { kable: { clientId: key.clientId, secret } });
            // Heads that are refused before anybody looks at them.
            for (const head of [`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\x01\r\n\r\n`,
                `GET /scrip/v1/book HTTP/1.1\r\nAuthorization : Bearer ${secret}\r\n\r\n`,
                `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nAuthorization: Bearer b\r\n\r\n`])
                replies.push((await exchange(server, head)).text);
        }
        holdsNone(replies.join('\n'), 'a reply');
        assert.match(server.log, /\/scrip\/v1\/book/, 'there is no access log');
        holdsNone(server.log, 'the log');
    });

    it('are not in the list of processes, when they are given on standard input', async () => {
        holdsNone(proc(server.pid, 'cmdline') + proc(server.pid, 'environ'), 'the server\'s');
        const child = spawn(binary, ['key', 'create', '--data', server.dataDir, '--env', 'test',
            '--secret', '-', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
        let said = '';
        child.stdout.on('data', (text) => { said += text; });
        const ended = new Promise((resolve) => child.once('close', resolve));
        holdsNone(proc(child.pid, 'cmdline') + proc(child.pid, 'environ'), 'those of scrip key');
        child.stdin.end(`${GIVEN}\n`);
        assert.equal(await ended, 0);
        assert.equal(JSON.parse(said).secret, GIVEN);
        await until('the key to be known', async () =>
            (await ask(server, 'GET', '/scrip/v1/book', { key: { secret: GIVEN } })).status === 200);
    });

    it('are not in a core file: there is none, but where it was asked for', async () => {
        const limit = (pid) => /Max core file size\s+(\S+)\s+(\S+)/.exec(proc(pid, 'limits')).slice(1);
        assert.deepEqual(limit(server.pid), ['0', '0']);
        // What may not be dumped or traced belongs to root there, whoever started it.
        if (process.getuid() !== 0)
            assert.equal(statSync(`/proc/${server.pid}/status`).uid, 0);
        // A sanitizer sets the limit to 0 itself, if it is not told otherwise.
        const env = { ASAN_OPTIONS: 'disable_coredump=0', TSAN_OPTIONS: 'disable_coredump=0' };
        const open = await Server.start({ args: ['--core-dumps'], env,
            command: ['sh', '-c', 'ulimit -S -c 1; exec "$@"', 'sh'] });
        assert.notEqual(limit(open.pid)[0], '0');
        await open.stop();
        open.forget();
    });
});

describe('systemd', () => {
    it('is told when the server is ready, and when it stops', async () => {
        // node has no datagrams of that kind; a socket of python's stands in for systemd.
        const folder = temporaryFolder();
        const name = path.join(folder, 'notify');
        const child = spawn('python3', ['-c', `
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(${JSON.stringify(name)})
print('bound', flush=True)
for _ in range(2): print(s.recv(100).decode(), flush=True)
`], { stdio: ['ignore', 'pipe', 'inherit'] });
        let heard = '';
        child.stdout.on('data', (text) => { heard += text; });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await until('the socket', () => heard === 'bound\n');
        const server = await Server.start({ env: { NOTIFY_SOCKET: name } });
        await until('READY', () => heard === 'bound\nREADY=1\n');
        await server.stop();
        await ended;
        assert.equal(heard, 'bound\nREADY=1\nSTOPPING=1\n');
        server.forget();
        removeFolder(folder);
    });
});
