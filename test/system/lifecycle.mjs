// The life of a server process: how it starts, shares, ends, and what it refuses to start on.

import assert from 'node:assert/strict';
import net from 'node:net';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { Server, removeFolder, scrip, temporaryFolder } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';

const deduction = { customer: 'acme', credit_type: USD_CENTS, amount: '1' };

async function withCredit(server, key) {
    await must(server, 'POST', '/scrip/v1/customers', { key, body: { name: 'Acme', aliases: ['acme'] } });
    await must(server, 'POST', '/scrip/v1/grants',
        { key, body: { customer: 'acme', credit_type: USD_CENTS, amount: '1000000' } });
}

describe('a server process', () => {
    let server, key;

    before(async () => {
        server = await Server.start();
        key = await server.key('test');
        await withCredit(server, key);
    });
    after(async () => {
        await server.stop();
        await server.verify();
        server.forget();
    });

    it('keeps others from its data directory, and says why', async () => {
        const second = await scrip('serve', '--data', server.dataDir, '--listen', '127.0.0.1:0');
        assert.equal(second.code, 3, second.stderr);
        assert.match(second.stderr, new RegExp(
            `cannot open ${server.dataDir.replaceAll('.', '\\.')}: it belongs to the running process \\d+`));
    });

    it('is not shared by a key that went to another directory by mistake, which is told', async () => {
        const folder = temporaryFolder();
        const create = () => scrip('key', 'create', '--data', path.join(folder, 'typo'), '--env', 'test');
        const first = await create();
        assert.equal(first.code, 0, first.stderr);
        assert.match(first.stderr, /there was no book in .*typo; a new one was made/);
        assert.doesNotMatch((await create()).stderr, /there was no book/);
        removeFolder(folder);
    });

    it('gives a secret to one valid key only, so that it names one book', async () => {
        const create = (env) => scrip('key', 'create', '--data', server.dataDir, '--env', env,
            '--secret', 'shared by mistake', '--json');
        const first = await create('live');
        assert.equal(first.code, 0, first.stderr);
        const second = await create('test');
        assert.equal(second.code, 1, second.stderr);
        assert.match(second.stderr, /another key has this secret/);
        const { client_id: id } = JSON.parse(first.stdout);
        assert.equal((await scrip('key', 'revoke', '--data', server.dataDir, id)).code, 0);
        assert.equal((await create('test')).code, 0);
    });

    it('gives it to one of several that ask at once', async () => {
        for (let round = 0; round < 5; round++) {
            const outcomes = await Promise.all(Array.from({ length: 6 }, () =>
                scrip('key', 'create', '--data', server.dataDir, '--env', 'test',
                    '--secret', `asked for at once ${round}`)));
            assert.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 1, 1, 1, 1, 1]);
            for (const { code, stderr } of outcomes)
                assert.equal(code === 1, /another key has this secret/.test(stderr), stderr);
        }
    });

    it('keeps its data to its owner', () => {
        assert.equal(statSync(path.join(server.dataDir, 'scrip.db')).mode & 0o077, 0);
    });

    it('says that a port is taken', async () => {
        const folder = temporaryFolder();
        const second = await scrip('serve', '--data', folder, '--listen', `127.0.0.1:${server.port}`);
        assert.notEqual(second.code, 0);
        assert.match(second.stderr, new RegExp(`cannot listen at 127.0.0.1 port ${server.port}: address`, 'i'));
        assert.equal(second.stderr.match(/cannot listen/g).length, 1);
        removeFolder(folder);
    });

    it('ends with 0 on SIGTERM, idle connections or not', async () => {
        const idle = net.connect(server.port, '127.0.0.1');
        idle.on('error', () => {});
        await new Promise((resolve) => idle.once('connect', resolve));
        await server.restart();
        idle.destroy();
    });

    it('ends with 0 on SIGINT', async () => {
        server.child.kill('SIGINT');
        assert.deepEqual(await server.exited, { code: 0, signal: null });
        await server.start();
    });

    it('answers on SIGTERM what it has accepted', async () => {
        const posted = async () => Number((await must(server, 'GET',
            '/scrip/v1/customers/acme/balance', { key })).posted);
        const start = await posted();
        const body = JSON.stringify(deduction);
        const request = [
            'POST /scrip/v1/deductions HTTP/1.1', 'Host: x', `Authorization: Bearer ${key.secret}`,
            'Content-Type: application/json', `Content-Length: ${body.length}`, '', body,
        ].join('\r\n');
        // Sixteen pipelined requests; when the first is answered, all have been accepted or not.
        let got = '';
        const socket = net.connect(server.port, '127.0.0.1', () => socket.write(request.repeat(16)));
        let asked = false;
        await new Promise((resolve, reject) => {
            socket.on('data', (text) => {
                got += text;
                if (!asked)
                    server.child.kill('SIGTERM');
                asked = true;
            });
            socket.on('error', reject);
            socket.on('close', resolve);
        });
        assert.deepEqual(await server.exited, { code: 0, signal: null });
        const answered = got.match(/HTTP\/1\.1 200 /g).length;
        await server.start();
        assert.equal(start - await posted(), answered, 'a deduction without an answer');
    });

    it('is one of many that serve the same directory after one another', async () => {
        for (let i = 0; i < 5; i++)
            await server.restart();
        await must(server, 'POST', '/scrip/v1/deductions', { key, body: deduction });
    });

    it('serves with several network threads as with one', async () => {
        await server.stop();
        const wide = await Server.start({ dataDir: server.dataDir, args: ['--threads', '2'] });
        await Promise.all(Array.from({ length: 64 }, () =>
            must(wide, 'POST', '/scrip/v1/deductions', { key, body: deduction })));
        await wide.stop();
        await server.start();
    });

    it('is backed up while it runs, and the copy serves', async () => {
        const folder = temporaryFolder();
        execFileSync('sqlite3', [path.join(server.dataDir, 'scrip.db'),
            `.backup ${path.join(folder, 'scrip.db')}`]);
        const copy = await Server.start({ dataDir: folder });
        const balance = (of) => must(of, 'GET', '/scrip/v1/customers/acme/balance', { key });
        const [{ posted }, { posted: copied }] = [await balance(server), await balance(copy)];
        assert.equal(copied, posted);
        await copy.stop();
        await copy.verify();
        removeFolder(folder);
    });
});

describe('scrip serve refuses', () => {
    const refused = async (...args) => {
        const { code, stderr } = await scrip('serve', ...args);
        assert.notEqual(code, 0, 'it served');
        assert.notEqual(stderr.trim(), '');
        return code;
    };

    for (const [what, ...args] of [
        ['a flag that there is not', '--colour', 'blue'],
        ['an address that is none', '--listen', 'here'],
        ['a port that is none', '--listen', '127.0.0.1:99999'],
        ['no threads', '--threads', '0'],
        ['a certificate without its key', '--tls-cert', '/dev/null'],
    ]) {
        it(what, async () => {
            const folder = temporaryFolder();
            assert.equal(await refused('--data', folder, ...args), 2);
            removeFolder(folder);
        });
    }

    // What starts it again and again has to know what does not mend itself.
    it('a database that is none, with the status of a book that does not add up', async () => {
        const folder = temporaryFolder();
        writeFileSync(path.join(folder, 'scrip.db'), 'not a database at all\n'.repeat(1000));
        assert.equal(await refused('--data', folder, '--listen', '127.0.0.1:0'), 1);
        removeFolder(folder);
    });

    it('a directory that is a file', async () => {
        const folder = temporaryFolder();
        const file = path.join(folder, 'file');
        writeFileSync(file, '');
        assert.equal(await refused('--data', file, '--listen', '127.0.0.1:0'), 3);
        removeFolder(folder);
    });
});
