// The native API from outside: what the two dialects lack.  The cases with a letter and a number
// are worked cases of other ledgers, with the results that they publish.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { USD_CENTS, ask, must } from './support/http.mjs';
import { millionths, sum } from './support/amount.mjs';

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
        const posted = (i) => grants.find((grant) => [grant.id, grant.grant_id].includes(ids[i]));
        assert.equal(posted(0).posted ?? posted(0).balance, '2');
        assert.equal(posted(1).posted ?? posted(1).balance, '15');
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

    served.test('twenty holds of 0.10 at once, of 1.00: exactly ten (H1)', async () => {
        await customerWith('h1', ['1']);
        const replies = await Promise.all(Array.from({ length: 20 }, () =>
            tried('/scrip/v1/holds', { customer: 'h1', amount: '0.10', expires_in: 600 })));
        assert.equal(replies.filter(({ status }) => status === 200).length, 10);
        assert.equal(replies.filter(({ status }) => status === 402).length, 10);
        const { posted, held, available } = await balanceOf('h1');
        assert.deepEqual([posted, held, available], ['1', '1', '0']);
    });

    served.test('300 deductions of 1 at once, of 100: exactly a hundred (H10)', async () => {
        await customerWith('h10', ['60'], ['40', { priority: 2 }]);
        const replies = await Promise.all(Array.from({ length: 300 }, () =>
            tried('/scrip/v1/deductions', { customer: 'h10', amount: '1' })));
        assert.equal(replies.filter(({ status }) => status === 200).length, 100);
        assert.equal(replies.filter(({ status }) => status === 402).length, 200);
        assert.equal((await balanceOf('h10')).posted, '0');
    });

    served.test('a batch answers each in order, and fails none for another', async () => {
        await customerWith('batch', ['10']);
        const { results } = await post('/scrip/v1/deductions/batch', {
            deductions: [
                { customer: 'batch', amount: '4' }, { customer: 'batch', amount: '7' },
                { customer: 'nobody', amount: '1' }, { customer: 'batch', amount: '6' },
            ],
        });
        assert.equal(results.length, 4);
        assert.equal(results[0].balance.available, '6');
        assert.equal(results[1].status, 402);
        assert.equal(results[1].available, '6');
        assert.equal(results[2].status, 404);
        assert.equal(results[3].balance.available, '0');
    });

    served.test('an atomic batch does all or nothing', async () => {
        await customerWith('atomic', ['10']);
        const reply = await tried('/scrip/v1/deductions/batch', {
            atomic: true,
            deductions: [{ customer: 'atomic', amount: '4' }, { customer: 'atomic', amount: '7' }],
        });
        assert.ok(reply.status === 200 || reply.status === 402 || reply.status === 409, reply.text);
        if (reply.status === 200)
            assert.ok(reply.json.results.every(({ status }) => status >= 400), reply.text);
        assert.equal((await balanceOf('atomic')).available, '10');
        const { results } = await post('/scrip/v1/deductions/batch', {
            atomic: true,
            deductions: [{ customer: 'atomic', amount: '4' }, { customer: 'atomic', amount: '6' }],
        });
        assert.deepEqual(results.map(({ amount }) => amount), ['4', '6']);
        assert.equal((await balanceOf('atomic')).available, '0');
    });

    served.test('entries tell how a balance came about, page by page', async () => {
        await customerWith('entries', ['10'], ['5', { priority: 2 }]);
        await post('/scrip/v1/deductions', { customer: 'entries', amount: '12', reason: 'why' });
        const path = '/scrip/v1/customers/entries/entries';
        const whole = await get(`${path}?limit=100&order=asc`);
        assert.equal(whole.next ?? null, null);
        assert.equal(whole.data.length, 4);
        const signed = (entries) => sum(entries.map(({ amount }) => millionths(amount)));
        assert.equal(signed(whole.data), millionths('3'));

        const paged = [];
        for (let next = ''; next !== null;) {
            const page = await get(`${path}?limit=1&order=asc${next && `&cursor=${next}`}`);
            paged.push(...page.data);
            next = page.next === null ? null : encodeURIComponent(page.next);
        }
        assert.deepEqual(paged, whole.data);
        const newestFirst = await get(`${path}?limit=100&order=desc`);
        assert.deepEqual(newestFirst.data, [...whole.data].reverse());
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

suite('native API: time as events, on the clock of the test book', {}, (served) => {
    const get = (path) => must(served.server, 'GET', path, { key: served.key });
    const post = (path, body) => must(served.server, 'POST', path, { key: served.key, body });
    const DAY = 86_400;
    let start;
    const day = (number) => new Date(start + number * DAY * 1000).toISOString();

    served.test('the clock can be asked, and set forward', async () => {
        const { now } = await post('/scrip/v1/test-clock', {});
        start = Date.parse(now);
        assert.ok(Math.abs(start - Date.now()) < 60_000, now);
    });

    served.test('a grant activates, is used, and expires at its instant (K3)', async () => {
        await post('/scrip/v1/customers', { name: 'Time', aliases: ['time'] });
        await post('/scrip/v1/grants', {
            customer: 'time', credit_type: USD_CENTS, amount: '100',
            effective_at: day(1), expires_at: day(10),
        });
        const balance = async () => (await get('/scrip/v1/customers/time/balance')).available;
        assert.equal(await balance(), '0');
        await post('/scrip/v1/test-clock', { now: day(1) });
        assert.equal(await balance(), '100');
        await post('/scrip/v1/test-clock', { advance: 4 * DAY });
        await post('/scrip/v1/deductions', { customer: 'time', amount: '30' });
        assert.equal(await balance(), '70');
        await post('/scrip/v1/test-clock', { now: day(10) });
        assert.equal(await balance(), '0');

        const { data } = await get('/scrip/v1/customers/time/entries?order=desc&limit=1');
        assert.equal(millionths(data[0].amount), millionths('-70'));
        assert.equal(Date.parse(data[0].at), start + 10 * DAY * 1000);
    });

    served.test('a hold lapses by itself, and what it held of an expired grant expires (H7)', async () => {
        await post('/scrip/v1/customers', { name: 'Holds', aliases: ['holds'] });
        await post('/scrip/v1/grants',
            { customer: 'holds', credit_type: USD_CENTS, amount: '10', expires_at: day(20) });
        await post('/scrip/v1/grants',
            { customer: 'holds', credit_type: USD_CENTS, amount: '10', priority: 2 });
        await post('/scrip/v1/holds', { customer: 'holds', amount: '15', expires_in: 20 * DAY });
        await post('/scrip/v1/test-clock', { now: day(21) }); // the grant is over, the hold is not
        const held = await get('/scrip/v1/customers/holds/balance');
        assert.deepEqual([held.posted, held.held, held.available], ['20', '15', '5']);
        await post('/scrip/v1/test-clock', { now: day(31) }); // now the hold is over as well
        const lapsed = await get('/scrip/v1/customers/holds/balance');
        assert.deepEqual([lapsed.posted, lapsed.held, lapsed.available], ['10', '0', '10']);
    });

    served.test('the clock does not run backwards', async () => {
        const reply = await ask(served.server, 'POST', '/scrip/v1/test-clock',
            { key: served.key, body: { now: day(0) } });
        assert.notEqual(reply.status, 200);
    });
});
