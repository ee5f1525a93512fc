// Deductions by the batch.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { USD_CENTS, ask, must } from './support/http.mjs';

suite('native API: batches', {}, (served) => {
    const post = (path, body) => must(served.server, 'POST', path, { key: served.key, body });
    const tried = (path, body) => ask(served.server, 'POST', path, { key: served.key, body });
    const balanceOf = (customer) => must(served.server, 'GET',
        `/scrip/v1/customers/${customer}/balance`, { key: served.key });

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
        const refused = await post('/scrip/v1/deductions/batch', {
            atomic: true,
            deductions: [{ customer: 'atomic', amount: '4' }, { customer: 'atomic', amount: '7' }],
        });
        assert.deepEqual(refused.results.map(({ status }) => status), [409, 402]);
        assert.equal((await balanceOf('atomic')).available, '10');
        const { results } = await post('/scrip/v1/deductions/batch', {
            atomic: true,
            deductions: [{ customer: 'atomic', amount: '4' }, { customer: 'atomic', amount: '6' }],
        });
        assert.deepEqual(results.map(({ amount }) => amount), ['4', '6']);
        assert.equal((await balanceOf('atomic')).available, '0');
    });

    served.test('ten thousand in one request, in order', async () => {
        await customerWith('many', ['10000']);
        const one = { customer: 'many', amount: '1' };
        const { results } = await post('/scrip/v1/deductions/batch',
            { deductions: Array.from({ length: 10_000 }, () => one) });
        assert.deepEqual(results.map(({ balance }) => Number(balance.available)),
            Array.from({ length: 10_000 }, (_, i) => 9_999 - i));
        const more = await tried('/scrip/v1/deductions/batch',
            { deductions: Array.from({ length: 10_001 }, () => one) });
        assert.equal(more.status, 400, more.text);
        assert.match(more.text, /deductions/);
    });

    served.test('each with a key of its own, which outlives the server and the batch', async () => {
        await customerWith('keyed', ['10']);
        const one = { customer: 'keyed', amount: '1', idempotency_key: 'part-1' };
        const two = { customer: 'keyed', amount: '2', idempotency_key: 'part-2' };
        const first = await post('/scrip/v1/deductions/batch', { deductions: [one, two] });
        await served.server.restart();
        const second = await post('/scrip/v1/deductions/batch', { deductions: [two, one] });
        assert.deepEqual(second.results, [first.results[1], first.results[0]]);
        assert.equal((await balanceOf('keyed')).available, '7');
    });
});
