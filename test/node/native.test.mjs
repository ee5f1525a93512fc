// The native API from outside: what the two dialects lack.  The cases with a letter and a number
// are worked cases of other ledgers, with the results that they publish.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { USD_CENTS, ask, must } from './support/http.mjs';

suite('native API', {}, (served) => {
    const get = (path) => must(served.server, 'GET', path, { key: served.key });
    const post = (path, body) => must(served.server, 'POST', path, { key: served.key, body });
    const tried = (path, body) => ask(served.server, 'POST', path, { key: served.key, body });
    const balanceOf = (customer, query = '') => get(`/scrip/v1/customers/${customer}/balance${query}`);

    // A customer of that name with these grants: [amount, the rest of the grant].
    async function customerWith(name, ...grants) {
        await post('/scrip/v1/customers', { name, aliases: [name] });
        const ids = [];
        for (const [amount, more = {}] of grants) {
            const { id } = await post('/scrip/v1/grants',
                { customer: name, credit_type: USD_CENTS, amount, ...more });
            ids.push(id);
        }
        return ids;
    }
    const drawn = (ids, draws) =>
        draws.map(({ grant_id, amount }) => [ids.indexOf(grant_id), amount]);

    served.test('burns by priority, then by expiry (K1)', async () => {
        const ids = await customerWith('k1',
            ['100', { priority: 2 }],
            ['80', { priority: 1, expires_at: '2098-01-01T00:00:00Z' }],
            ['50', { priority: 1, expires_at: '2097-01-01T00:00:00Z' }]);
        const deduction = await post('/scrip/v1/deductions', { customer: 'k1', amount: '90' });
        assert.deepEqual(drawn(ids, deduction.draws), [[2, '50'], [1, '40']]);
        assert.ok(deduction.draws.every(({ because }) => because !== undefined && because !== ''));
        assert.deepEqual(deduction.balance, { posted: '140', held: '0', available: '140' });
    });

    served.test('an amount may be a number or a string, and is exact', async () => {
        await customerWith('exact', ['0.3']);
        await post('/scrip/v1/deductions', { customer: 'exact', amount: 0.1 });
        const { balance } = await post('/scrip/v1/deductions', { customer: 'exact', amount: '0.2' });
        assert.equal(balance.available, '0');
    });

    served.test('a partial deduction says what it could not cover', async () => {
        await customerWith('partial', ['10']);
        const deduction = await post('/scrip/v1/deductions',
            { customer: 'partial', amount: '12.5', policy: 'partial' });
        assert.equal(deduction.uncovered, '2.5');
        assert.equal(deduction.balance.available, '0');
    });

    served.test('a reversal gives back in the reverse of the draw order (K5)', async () => {
        const ids = await customerWith('k5',
            ['10', { expires_at: '2097-01-01T00:00:00Z' }],
            ['15', { expires_at: '2098-01-01T00:00:00Z' }]);
        await post('/scrip/v1/deductions', { customer: 'k5', amount: '5' });
        const { id, draws } = await post('/scrip/v1/deductions', { customer: 'k5', amount: '10' });
        assert.deepEqual(drawn(ids, draws), [[0, '5'], [1, '5']]);
        await post(`/scrip/v1/deductions/${id}/reverse`, { amount: '7' });
        const { grants } = await balanceOf('k5');
        assert.deepEqual(ids.map((id) => grants.find((grant) => grant.id === id).posted),
            ['2', '15']);
        const more = await tried(`/scrip/v1/deductions/${id}/reverse`, { amount: '3.000001' });
        assert.equal(more.status, 409, more.text);
        await post(`/scrip/v1/deductions/${id}/reverse`, {});
        assert.equal((await balanceOf('k5')).available, '20');
    });

    served.test('a hold reserves; a capture of less gives the rest back (H13)', async () => {
        await customerWith('h13', ['100']);
        await post('/scrip/v1/deductions', { customer: 'h13', amount: '70' });
        const refused = await tried('/scrip/v1/holds',
            { customer: 'h13', amount: '50', expires_in: 60 });
        assert.equal(refused.status, 402, refused.text);
        assert.equal(refused.json.available, '30');

        const hold = await post('/scrip/v1/holds', { customer: 'h13', amount: '20', expires_in: 60 });
        assert.deepEqual(hold.balance, { posted: '30', held: '20', available: '10' });
        await post(`/scrip/v1/holds/${hold.id}/capture`, { amount: '12.5' });
        const balance = await balanceOf('h13');
        assert.deepEqual([balance.posted, balance.held, balance.available], ['17.5', '0', '17.5']);
    });

    served.test('a hold ends exactly once', async () => {
        await customerWith('once', ['10']);
        const { id } = await post('/scrip/v1/holds',
            { customer: 'once', amount: '4', expires_in: 60 });
        await post(`/scrip/v1/holds/${id}/extend`, { expires_in: 600 });
        // H8: both at once, and exactly one wins.
        const ends = await Promise.all([
            tried(`/scrip/v1/holds/${id}/capture`, {}), tried(`/scrip/v1/holds/${id}/release`, {}),
        ]);
        assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409]);
        const left = ends[0].status === 200 ? '6' : '10';
        assert.equal((await balanceOf('once')).available, left);
    });

    const RUNS = 50;

    served.test('capture and release at once, again and again: one wins each time (H8)', async () => {
        await customerWith('h8', ['1000']);
        for (let run = 0; run < RUNS; run++) {
            const before = (await balanceOf('h8')).available;
            const { id } = await post('/scrip/v1/holds',
                { customer: 'h8', amount: '2', expires_in: 60 });
            const ends = await Promise.all([
                tried(`/scrip/v1/holds/${id}/capture`, {}),
                tried(`/scrip/v1/holds/${id}/release`, {}),
            ]);
            assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409]);
            const hold = await get(`/scrip/v1/holds/${id}`);
            const isCaptured = ends[0].status === 200;
            assert.equal(hold.status, isCaptured ? 'captured' : 'released');
            assert.equal(Number((await balanceOf('h8')).available),
                Number(before) - (isCaptured ? 2 : 0));
        }
        assert.deepEqual((await get('/scrip/v1/holds?customer=h8')).data, []);
    });

    served.test('of six holds of 1000 at once, of 5000, one is refused, each time (H9)', async () => {
        await customerWith('h9', ['5000']);
        for (let run = 0; run < RUNS; run++) {
            const replies = await Promise.all(Array.from({ length: 6 }, () =>
                tried('/scrip/v1/holds', { customer: 'h9', amount: '1000', expires_in: 60 })));
            assert.deepEqual(replies.map(({ status }) => status).sort(),
                [200, 200, 200, 200, 200, 402]);
            const { data } = await get('/scrip/v1/holds?customer=h9');
            assert.equal(data.length, 5);
            await Promise.all(data.map(({ id }) => post(`/scrip/v1/holds/${id}/release`, {})));
        }
        assert.equal((await balanceOf('h9')).available, '5000');
    });

    served.test('ten thousand deductions in one request, each once', async () => {
        await customerWith('batch', ['9999'], ['10', { priority: 2 }]);
        const deductions = Array.from({ length: 10_000 }, (_, i) =>
            ({ customer: 'batch', amount: '1', idempotency_key: `batch-${i}`, reason: `use ${i}` }));
        const first = await post('/scrip/v1/deductions/batch', { deductions });
        assert.deepEqual([first.accepted, first.refused], [10_000, 0]);
        assert.equal(first.results.length, 10_000);
        assert.equal(first.results[9_999].balance.posted, '9');
        const again = await post('/scrip/v1/deductions/batch', { deductions });
        assert.deepEqual(again, first);
        assert.equal((await balanceOf('batch')).posted, '9');
        const more = await tried('/scrip/v1/deductions/batch',
            { deductions: [...deductions, { customer: 'batch', amount: '1' }] });
        assert.equal(more.status, 400, more.text);
        assert.equal(more.json.field, 'deductions');
    });

    served.test('a statement adds up, and its pages are the entries', async () => {
        await customerWith('statement', ['500']);
        for (let i = 0; i < 7; i++)
            await post('/scrip/v1/deductions', { customer: 'statement', amount: `${i + 1}.5` });
        const path = '/scrip/v1/customers/statement/statement?limit=3';
        let page = await get(path);
        const { opening, closing } = page;
        const entries = [...page.data];
        while (page.next !== null) {
            page = await get(`${path}&cursor=${page.next}`);
            assert.deepEqual([page.opening, page.closing], [opening, closing]);
            entries.push(...page.data);
        }
        assert.equal(entries.length, 8);
        const sum = entries.reduce((total, { amount }) => total + Number(amount), 0);
        assert.equal(Number(opening.posted) + sum, Number(closing.posted));
    });

    served.test('the whole book: pages of lines that follow one another', async () => {
        const { sequence } = await get('/scrip/v1/book');
        const sequences = [];
        for (let path = '/scrip/v1/entries?limit=4000'; path !== undefined;) {
            const reply = await ask(served.server, 'GET', path, { key: served.key });
            assert.equal(reply.status, 200, reply.text);
            assert.equal(reply.type, 'application/x-ndjson');
            sequences.push(...reply.text.trimEnd().split('\n')
                .map((line) => JSON.parse(line).sequence));
            path = reply.headers.get('link')?.match(/^<(.*)>; rel="next"$/)?.[1];
        }
        assert.deepEqual(sequences, Array.from({ length: sequence }, (_, i) => i + 1));
    });

    // All at once, each on a connection of its own: how many came out so.
    async function atOnce(count, path, body) {
        const replies = await Promise.all(Array.from({ length: count }, () => tried(path, body)));
        const sequences = replies.filter(({ status }) => status === 200)
            .map(({ json }) => json.sequence);
        assert.equal(new Set(sequences).size, sequences.length, 'each won by an entry of its own');
        return {
            won: sequences.length,
            refused: replies.filter(({ status }) => status === 402).length,
        };
    }

    served.test('twenty holds of 0.10 at once, of 1.00: exactly ten, each time (H1)', async () => {
        for (let run = 0; run < RUNS; run++) {
            const customer = `h1-${run}`;
            await customerWith(customer, ['1']);
            assert.deepEqual(await atOnce(20, '/scrip/v1/holds',
                { customer, amount: '0.10', expires_in: 600 }), { won: 10, refused: 10 });
            const { posted, held, available } = await balanceOf(customer);
            assert.deepEqual([posted, held, available], ['1', '1', '0']);
        }
    });

    served.test('300 deductions of 1 at once, of 100: exactly a hundred, each time (H10)', async () => {
        for (let run = 0; run < RUNS; run++) {
            const customer = `h10-${run}`;
            await customerWith(customer, ['60'], ['40', { priority: 2 }]);
            assert.deepEqual(await atOnce(300, '/scrip/v1/deductions', { customer, amount: '1' }),
                { won: 100, refused: 200 });
            assert.equal((await balanceOf(customer)).posted, '0');
        }
    });

    served.test('a balance at an instant of the past', async () => {
        await customerWith('past', ['10']);
        const { at } = await post('/scrip/v1/deductions', { customer: 'past', amount: '4' });
        await post('/scrip/v1/deductions', { customer: 'past', amount: '1' });
        const then = await balanceOf('past', `?at=${encodeURIComponent(at)}`);
        assert.equal(then.posted, '6');
        assert.equal((await balanceOf('past')).posted, '5');
    });

    served.test('the book only grows', async () => {
        const before = await get('/scrip/v1/book');
        await customerWith('growth', ['10']);
        const after = await get('/scrip/v1/book');
        assert.equal(Number(after.sequence), Number(before.sequence) + 1);
        assert.notEqual(after.hash, before.hash);
        assert.match(after.hash, /^[0-9a-f]{64}$/);
    });

    served.test('`scrip verify` beside the running server', async () => {
        await served.server.verify();
    });
});
