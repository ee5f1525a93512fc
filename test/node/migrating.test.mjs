// The script of docs/migrating-from-metronome.md, as it stands there: from one server, which plays
// Metronome, to another, which is new.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { all, clientOf, grantOf, usd } from './support/metronome.mjs';
import { Server, root } from './support/server.mjs';
import { suite } from './support/suite.mjs';
import { must } from './support/http.mjs';

const run = promisify(execFile);

function script() {
    const page = readFileSync(path.join(root, 'docs/migrating-from-metronome.md'), 'utf8');
    return /^```js\n(.*?)^```$/ms.exec(page)[1];
}

suite('migrating from Metronome', {}, (served) => {
    let from, customers, grants;

    served.test('there is something to move', async () => {
        from = clientOf(served);
        const native = (where, body) => must(served.server, 'POST', where, { key: served.key, body });
        const tokens = (await native('/scrip/v1/credit-types', { name: 'tokens', scale: 2 })).id;
        const product = (await native('/scrip/v1/products', { name: 'SMS' })).id;
        const ids = [];
        for (const name of ['Acme', 'Beta', 'Gone'])
            ids.push((await from.v1.customers.create(
                { name, ingest_aliases: [name.toLowerCase()] })).data.id);
        const [acme, beta, gone] = ids;
        const create = (...args) => from.v1.creditGrants.create(grantOf(...args));
        await create(acme, { name: 'Used', priority: 1, uniqueness_key: 'top-up-1' });
        await create(acme, { name: 'Half', priority: 2, grant_amount: usd(50.5), paid_amount: usd(40) });
        await native('/scrip/v1/deductions', { customer: acme, amount: '110.25' });
        await create(acme, { name: 'Later', effective_at: '2098-01-01T00:00:00Z' });
        await create(beta, { name: 'Expired', expires_at: '2024-06-01T00:00:00Z' });
        await create(beta, { name: 'Limited', product_ids: [product], priority: 0.5,
            grant_amount: { amount: 7.25, credit_type_id: tokens } });
        await create(gone, { name: 'Gone' });
        await from.v1.customers.archive({ id: gone });
        customers = ids;
        grants = await all(from.v1.creditGrants.list());
        assert.equal(grants.length, 6);
    });

    served.test('the script moves it, and may be run again', async () => {
        const target = await Server.start();
        const key = await target.key('live');
        const folder = path.join(root, 'test/node/node_modules', `.migrating-${process.pid}`);
        mkdirSync(folder, { recursive: true });
        const file = path.join(folder, 'migrate.mjs');
        writeFileSync(file, script());
        try {
            for (let i = 0; i < 2; i++) {
                const { stdout } = await run(process.execPath, [file], {
                    env: {
                        ...process.env, SOURCE_URL: served.server.url, SOURCE_TOKEN: served.key.secret,
                        TARGET_URL: target.url, TARGET_TOKEN: key.secret,
                    },
                });
                assert.match(stdout, /^moved 3 customers and 6 grants$/m);
            }
            await compare({ server: target, key });
            await target.stop();
            await target.verify();
        } finally {
            rmSync(folder, { recursive: true, force: true });
            target.forget();
        }
    });

    async function compare(target) {
        const to = clientOf(target);
        const copies = await all(to.v1.creditGrants.list());
        const shown = ({ id, name, customer_id, priority, products, uniqueness_key, paid_amount }) =>
            ({ id, name, customer_id, priority, products, uniqueness_key, paid_amount });
        assert.deepEqual(copies.map(shown), grants.map(shown));
        const balances = (list) => list.map(({ balance }) => balance.excluding_pending);
        assert.deepEqual(balances(copies), balances(grants));
        assert.deepEqual(balances(copies), [0, 40.25, 0, 0, 7.25, 100]);
        // What is not yet effective is worth nothing yet, on both sides, and comes whole.
        const later = copies.find(({ name }) => name === 'Later');
        assert.equal(later.grant_amount.amount, 100);
        assert.equal(later.effective_at, '2098-01-01T00:00:00.000Z');
        const [acme, beta, gone] = customers;
        assert.deepEqual((await all(to.v1.customers.list())).map(({ id, ingest_aliases }) =>
            [id, ingest_aliases]), [[acme, ['acme']], [beta, ['beta']]]);
        assert.deepEqual((await all(to.v1.customers.list({ only_archived: true })))
            .map(({ id }) => id), [gone]);
        // A top-up that is tried again is still refused.
        await assert.rejects(to.v1.creditGrants.create(
            grantOf(acme, { uniqueness_key: 'top-up-1' })), /already been used/);
    }
});
