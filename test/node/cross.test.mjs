// One customer, one book, three ways to speak of them.

import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { USD_CENTS, ask, dashless, must, uuidOf } from './support/http.mjs';

suite('across the dialects', {}, (served) => {
    const native = (method, path, body) =>
        must(served.server, method, path, { key: served.key, body });
    const metronome = native;
    const kable = (method, path, body) =>
        must(served.server, method, path, { kable: served.key, body });

    served.test('a customer made by Metronome is the same one for Kable and natively', async () => {
        const { data: made } = await metronome('POST', '/v1/customers',
            { name: 'Made by Metronome', ingest_aliases: ['m-1', 'm/2'] });
        const id = dashless('cus', made.id);

        for (const name of [id, made.id, 'm-1', 'm%2F2']) {
            const seen = await kable('GET', `/api/v1/customers/${name}`);
            assert.equal(seen.customerId, id, name);
            assert.equal(seen.companyName, 'Made by Metronome');
        }
        await native('POST', '/scrip/v1/grants',
            { customer: 'm/2', credit_type: USD_CENTS, amount: '10' });
        for (const name of [id, made.id, 'm-1', 'm%2F2']) {
            const balance = await native('GET', `/scrip/v1/customers/${name}/balance`);
            assert.equal(balance.available, '10', name);
        }
    });

    served.test('a customer made by Kable is the same one for Metronome and natively', async () => {
        const made = await kable('POST', '/api/v1/customers/create',
            { clientId: 'k-1', companyName: 'Made by Kable', currency: 'EUR' });
        const id = uuidOf(made.customerId);

        const { data } = await metronome('GET', `/v1/customers/${id}`);
        assert.equal(data.id, id);
        assert.equal(data.name, 'Made by Kable');
        assert.deepEqual(data.ingest_aliases, ['k-1']);
        const { data: found } = await metronome('GET', '/v1/customers?ingest_alias=k-1');
        assert.deepEqual(found.map((customer) => customer.id), [id]);

        await native('POST', '/scrip/v1/grants',
            { customer: made.customerId, credit_type: USD_CENTS, amount: '10' });
        assert.equal((await native('GET', '/scrip/v1/customers/k-1/balance')).available, '10');
    });

    served.test('a customer made natively, with an id, has it in both spellings', async () => {
        const id = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
        await native('POST', '/scrip/v1/customers', { id, name: 'Made here', aliases: ['n-1'] });
        assert.equal((await metronome('GET', `/v1/customers/${id}`)).data.name, 'Made here');
        assert.equal((await kable('GET', '/api/v1/customers/n-1')).customerId, dashless('cus', id));
    });

    served.test('Kable\'s grants appear in Metronome\'s lists as "Credits"', async () => {
        const grant = await kable('POST', '/api/v1/customers/k-1/credits/create',
            { grantAmount: 75.25, description: 'A top-up' });
        const { data } = await metronome('POST', '/v1/credits/listGrants',
            { credit_grant_ids: [uuidOf(grant.creditGrantId)] });
        assert.equal(data.length, 1);
        assert.equal(data[0].id, uuidOf(grant.creditGrantId));
        assert.equal(data[0].grant_amount.amount, 75.25);
        assert.equal(data[0].grant_amount.credit_type.name, 'Credits');
        assert.equal(data[0].balance.excluding_pending, 75.25);

        const { data: units } = await metronome('GET', '/v1/credit-types/list');
        const credits = units.find(({ name }) => name === 'Credits');
        assert.equal(credits.id, data[0].grant_amount.credit_type.id);
    });

    served.test('a deduction by the name "Credits" shows in all three', async () => {
        const { balance } = await native('POST', '/scrip/v1/deductions',
            { customer: 'k-1', credit_type: 'Credits', amount: '0.25' });
        assert.equal(balance.available, '75');
        assert.deepEqual(await kable('GET', '/api/v1/customers/k-1/credits/balance'),
            { available: 75 });
        const { id } = (await metronome('GET', '/v1/customers?ingest_alias=k-1')).data[0];
        const { data } = await metronome('POST', '/v1/credits/listGrants', { customer_ids: [id] });
        const credits = data.find((grant) => grant.grant_amount.credit_type.name === 'Credits');
        assert.equal(credits.balance.excluding_pending, 75);
        assert.deepEqual(credits.deductions.map(({ amount }) => amount), [-0.25]);
    });

    served.test('Metronome\'s grants in cents are not Kable\'s credits', async () => {
        assert.deepEqual(await kable('GET', '/api/v1/customers/m-1/credits/balance'),
            { available: 0 });
    });

    served.test('an alias is taken in every dialect', async () => {
        const replies = await Promise.all([
            ask(served.server, 'POST', '/v1/customers',
                { key: served.key, body: { name: 'x', ingest_aliases: ['k-1'] } }),
            ask(served.server, 'POST', '/api/v1/customers/create',
                { kable: served.key, body: { clientId: 'm-1', companyName: 'x', currency: 'USD' } }),
            ask(served.server, 'POST', '/scrip/v1/customers',
                { key: served.key, body: { name: 'x', aliases: ['m/2'] } }),
        ]);
        assert.deepEqual(replies.map(({ status }) => status), [409, 409, 409]);
    });

    served.test('the books live and test share customers, and nothing else', async () => {
        const balance = await must(served.server, 'GET', '/api/v1/customers/k-1/credits/balance',
            { kable: served.live });
        assert.deepEqual(balance, { available: 0 });
        const { data } = await must(served.server, 'POST', '/v1/credits/listGrants',
            { key: served.live, body: {} });
        assert.deepEqual(data, []);
        const seen = await must(served.server, 'GET', '/api/v1/customers/k-1', { kable: served.live });
        assert.equal(seen.companyName, 'Made by Kable');
    });
});
