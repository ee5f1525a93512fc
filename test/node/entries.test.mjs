// The entries of a customer, which tell how a balance came about.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { checkProblem, refuses } from './support/refusals.mjs';
import { USD_CENTS, must } from './support/http.mjs';
import { millionths, sum } from './support/amount.mjs';

suite('native API: entries', {}, (served) => {
    const get = (path) => must(served.server, 'GET', path, { key: served.key });
    const post = (path, body) => must(served.server, 'POST', path, { key: served.key, body });

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

    refuses(served, {
        customer: () => 'entries', credentials: () => ({ key: served.key }), check: checkProblem,
        rows: [
            ['a page of 101', 400, {
                method: 'GET', path: '/scrip/v1/customers/entries/entries?limit=101', names: 'limit',
            }],
            ['a cursor that is not ours', 400, {
                method: 'GET', path: '/scrip/v1/customers/entries/entries?cursor=abc', names: 'cursor',
            }],
            ['an unknown customer', 404,
                { method: 'GET', path: '/scrip/v1/customers/nobody/entries' }],
        ],
    });
});
