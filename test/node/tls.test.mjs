// The same over TLS: a self-signed certificate that the client is told to trust.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it, before, after } from 'node:test';
import { Server, temporaryFolder, removeFolder, scrip } from './support/server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

describe('TLS', () => {
    let folder, cert, server, secret;

    before(async () => {
        folder = temporaryFolder();
        cert = path.join(folder, 'cert.pem');
        const key = path.join(folder, 'key.pem');
        execFileSync('openssl', [
            'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
            '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=scrip test',
            '-addext', 'subjectAltName=IP:127.0.0.1',
        ], { stdio: 'pipe' });
        server = await Server.start({ args: ['--tls-cert', cert, '--tls-key', key] });
        const made = await scrip('key', 'create', '--data', server.dataDir, '--env', 'test', '--json');
        assert.equal(made.code, 0, made.stderr);
        secret = JSON.parse(made.stdout).secret;
    });

    after(async () => {
        try {
            await server?.stop();
            await server?.verify();
        } finally {
            server?.forget();
            removeFolder(folder);
        }
    });

    it('says so where it says where it listens', () => {
        assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    });

    it('serves the official SDK', async () => {
        // Again, for the moment in which the server does not know the new key yet.
        let seen;
        for (let tries = 0; seen === undefined; tries++) {
            try {
                seen = await promisify(execFile)(process.execPath,
                    [path.join(here, 'support', 'tls-client.mjs')], {
                        env: {
                            ...process.env, NODE_EXTRA_CA_CERTS: cert, NODE_NO_WARNINGS: '1',
                            METRONOME_BASE_URL: server.url, METRONOME_BEARER_TOKEN: secret,
                        },
                    });
            } catch (error) {
                if (tries === 10 || !String(error.stderr).includes('401'))
                    throw new Error(`${error.stderr}\n${server.log}`);
            }
        }
        const { made, listed } = JSON.parse(seen.stdout);
        assert.deepEqual(listed, [[made, 12.5]]);
    });

    it('is not served to who does not trust the certificate', async () => {
        await assert.rejects(fetch(`${server.url}/healthz`));
    });

    it('answers nothing to plain HTTP, and lives', async () => {
        const answer = await new Promise((resolve, reject) => {
            const socket = net.connect(server.port, '127.0.0.1', () =>
                socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'));
            let got = '';
            socket.on('data', (text) => { got += text.toString('latin1'); });
            socket.on('error', () => resolve(got)); // a reset is an answer too
            socket.on('close', () => resolve(got));
            socket.setTimeout(20_000, () => reject(new Error('still open')));
        });
        assert.doesNotMatch(answer, /^HTTP\/1\.1 200/);
        assert.equal(server.child.exitCode, null);
    });
});
