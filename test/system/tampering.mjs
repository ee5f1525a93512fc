// What somebody changes in the file by hand, `scrip verify` finds, and names.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Server, removeFolder, scrip, temporaryFolder } from '../node/support/server.mjs';
import { USD_CENTS, must } from '../node/support/http.mjs';

const sqlite = (folder, text) =>
    execFileSync('sqlite3', [path.join(folder, 'scrip.db'), text], { encoding: 'utf8' });

describe('scrip verify', () => {
    let server;

    before(async () => {
        server = await Server.start();
        const key = await server.key('test');
        const post = (at, body) => must(server, 'POST', `/scrip/v1/${at}`, { key, body });
        await post('customers', { name: 'Acme', aliases: ['acme'] });
        await post('grants', { customer: 'acme', credit_type: USD_CENTS, amount: '100' });
        await post('grants', { customer: 'acme', credit_type: USD_CENTS, amount: '50', priority: 2 });
        for (let i = 0; i < 5; i++)
            await post('deductions', { customer: 'acme', amount: '25', reason: `use ${i}` });
        await post('holds', { customer: 'acme', amount: '10', expires_in: 86400 });
        await server.stop();
    });
    after(() => server?.forget());

    it('proves the book as it was written', async () => {
        const { code, stdout } = await scrip('verify', '--data', server.dataDir);
        assert.equal(code, 0, stdout);
        assert.match(stdout, /^test: ok/m);
        assert.match(stdout, /^live: ok/m);
    });

    const draw = 'SELECT max(sequence) FROM test_entries WHERE kind = 4';
    for (const [what, text] of [
        ['an amount in an entry', `UPDATE test_entries SET amount = amount + 1 WHERE sequence = (${draw})`],
        ['the instant of an entry', `UPDATE test_entries SET at = at - 1 WHERE sequence = (${draw})`],
        ['who asked', `UPDATE test_entries SET key_number = key_number + 1 WHERE sequence = (${draw})`],
        ['a running balance', 'UPDATE test_entries SET account_posted = account_posted + 1 WHERE sequence = 3'],
        ['a whole entry less', `DELETE FROM test_entries WHERE sequence = (${draw})`],
        ['the last entry less', 'DELETE FROM test_entries WHERE sequence = (SELECT max(sequence) FROM test_entries)'],
        ['the amount of a grant', 'UPDATE test_facts SET amount = amount * 2 WHERE sequence = 1'],
        ['the expiry of a grant', 'UPDATE test_facts SET expires_at = 4000000000000000 WHERE sequence = 1'],
        ['a reason', "UPDATE test_facts SET reason = 'another' WHERE reason = 'use 3'"],
        ['a hash', 'UPDATE test_seals SET hash = zeroblob(32) WHERE last_sequence = (SELECT min(last_sequence) FROM test_seals)'],
        ['the last seal less', 'DELETE FROM test_seals WHERE last_sequence = (SELECT max(last_sequence) FROM test_seals)'],
        ['the balance of a grant', 'UPDATE test_grants SET posted = posted + 1 WHERE number = 1'],
        ['the balance of an account', 'UPDATE test_accounts SET posted = posted + 1'],
        ['a hold that holds less', 'UPDATE test_holds SET amount = amount - 1'],
        ['a grant less', 'DELETE FROM test_grants WHERE number = 2'],
    ]) {
        it(`finds: ${what}`, async () => {
            const folder = temporaryFolder();
            cpSync(server.dataDir, folder, { recursive: true });
            sqlite(folder, text);
            const { code, stdout, stderr } = await scrip('verify', '--data', folder);
            assert.equal(code, 1, `exit ${code}\n${stdout}${stderr}`);
            assert.match(stdout + stderr, /test.*\d|test.*:/);
            removeFolder(folder);
        });
    }
});
