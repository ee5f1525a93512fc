// The test clock, over a restart: what was set is set.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { ask, must } from './support/http.mjs';

suite('test clock', {}, (served) => {
    const get = (path, key = served.key) => must(served.server, 'GET', path, { key });
    const post = (path, body, key = served.key) =>
        must(served.server, 'POST', path, { key, body });

    served.test('a restart finds the clock where it was set, and the live one real', async () => {
        await post('/scrip/v1/customers', { name: 'Clock', aliases: ['clock'] });
        await post('/scrip/v1/grants', { customer: 'clock', credit_type: 'Credits', amount: '5',
            expires_at: '2090-01-01T00:00:00Z' });
        const set = await post('/scrip/v1/test-clock', { now: '2090-01-01T00:00:00Z' });
        assert.deepEqual(set, { now: '2090-01-01T00:00:00.000Z', frozen: true });
        await served.server.stop();
        await served.server.start();
        assert.deepEqual(await get('/scrip/v1/test-clock'), set);
        const balance = await get('/scrip/v1/customers/clock/balance?credit_type=Credits');
        assert.deepEqual([balance.at, balance.posted], ['2090-01-01T00:00:00.000Z', '0']);

        const { at } = await get('/scrip/v1/customers/clock/balance', served.live);
        assert.ok(Math.abs(Date.parse(at) - Date.now()) < 600_000, at);
        const back = await ask(served.server, 'POST', '/scrip/v1/test-clock',
            { key: served.key, body: {} });
        assert.equal(back.status, 409, back.text);
    });
});
