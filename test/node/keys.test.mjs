// Keys are made and revoked beside the running server.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { checkProblem } from './support/refusals.mjs';
import { scrip, until } from './support/server.mjs';
import { ask, must } from './support/http.mjs';

const SECONDS_TO_NOTICE = 1;

suite('keys', {}, (served) => {
    const book = (key) => ask(served.server, 'GET', '/scrip/v1/book', { key });

    served.test('have the shapes that Kable\'s clients look for', () => {
        assert.match(served.key.clientId, /^kci_[0-9a-f]{32}$/);
        assert.match(served.key.secret, /^sk_test\.[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}$/);
        assert.match(served.live.secret, /^sk_live\.[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}$/);
    });

    served.test('without --json, are printed for people', async () => {
        const { code, stdout } = await scrip('key', 'create', '--data', served.server.dataDir,
            '--env', 'test', '--name', 'for people');
        assert.equal(code, 0);
        assert.match(stdout, /^client id: kci_[0-9a-f]{32}$/m);
        assert.match(stdout, /^secret: sk_test\.\S+$/m);
    });

    served.test('may have a secret that is given, with spaces in it', async () => {
        const key = await served.server.key('test', '--secret', 'My Bearer Token');
        assert.equal(key.secret, 'My Bearer Token');
        assert.equal((await book(key)).status, 200);
    });

    served.test('are stored as hashes only', async () => {
        const { stdout } = await scrip('key', 'list', '--data', served.server.dataDir);
        assert.match(stdout, new RegExp(served.key.clientId));
        assert.doesNotMatch(stdout, new RegExp(served.key.secret.replaceAll('.', '\\.')));
    });

    served.test('that may only read, read', async () => {
        const reader = await served.server.key('test', '--scope', 'read');
        const reply = await ask(served.server, 'POST', '/scrip/v1/customers',
            { key: reader, body: { name: 'x' } });
        assert.equal(reply.status, 403, reply.text);
        checkProblem(reply);
        assert.equal((await book(reader)).status, 200);
        // Lists are read, though Metronome asks for them by POST.
        await must(served.server, 'POST', '/v1/credits/listGrants', { key: reader, body: {} });
        const metronome = await ask(served.server, 'POST', '/v1/customers',
            { key: reader, body: { name: 'x' } });
        assert.equal(metronome.status, 403, metronome.text);
    });

    served.test(`revoked, open nothing within ${SECONDS_TO_NOTICE} s, in any dialect`, async () => {
        const key = await served.server.key('test');
        const { code, stderr } = await scrip('key', 'revoke', '--data', served.server.dataDir,
            key.clientId);
        assert.equal(code, 0, stderr);
        await until('the revocation', async () => (await book(key)).status === 401,
            SECONDS_TO_NOTICE * 1000);

        checkProblem(await book(key));
        const metronome = await ask(served.server, 'GET', '/v1/customers', { key });
        assert.equal(metronome.status, 401);
        assert.equal(typeof metronome.json.message, 'string');
        const kable = await ask(served.server, 'GET', '/api/v1/customers', { kable: key });
        assert.equal(kable.status, 401);
        assert.deepEqual(kable.json, { message: 'Unauthorized' });

        // The others go on.
        assert.equal((await book(served.key)).status, 200);
    });

    served.test('revoked, stay so after a restart', async () => {
        const key = await served.server.key('live');
        await scrip('key', 'revoke', '--data', served.server.dataDir, key.clientId);
        await served.server.restart();
        assert.equal((await book(key)).status, 401);
        assert.equal((await book(served.live)).status, 200);
    });

    served.test('that nobody knows cannot be revoked', async () => {
        const { code, stderr } = await scrip('key', 'revoke', '--data', served.server.dataDir,
            'kci_00000000000000000000000000000000');
        assert.notEqual(code, 0);
        assert.match(stderr, /kci_0000/);
    });

    served.test('are asked for nowhere but at the books', async () => {
        for (const path of ['/healthz', '/readyz', '/metrics']) {
            const reply = await ask(served.server, 'GET', path);
            assert.equal(reply.status, 200, path);
        }
    });
});
