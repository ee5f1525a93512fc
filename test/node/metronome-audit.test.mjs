// Custom fields and the audit log with the official SDK, over a restart and a crash.

import assert from 'node:assert/strict';
import Metronome from '@metronome/sdk';
import { all, clientOf, grantOf } from './support/metronome.mjs';
import { suite } from './support/suite.mjs';
import { must, unknownUuid } from './support/http.mjs';

suite('Metronome SDK: custom fields', {}, (served) => {
    let client, customer, grant;

    const fieldsOf = async (id) =>
        (await all(client.v1.creditGrants.list({ credit_grant_ids: [id] })))[0].custom_fields;

    served.test('keys are added and listed', async () => {
        client = clientOf(served);
        for (const [entity, key, enforce_uniqueness] of [['customer', 'crm', true],
            ['credit_grant', 'order', true], ['credit_grant', 'team', false], ['plan', 'x', false]])
            await client.v1.customFields.addKey({ entity, key, enforce_uniqueness });
        assert.deepEqual(await all(client.v1.customFields.listKeys({ entities: ['credit_grant'] })),
            [{ entity: 'credit_grant', key: 'order', enforce_uniqueness: true },
                { entity: 'credit_grant', key: 'team', enforce_uniqueness: false }]);
        assert.equal((await all(client.v1.customFields.listKeys())).length, 4);
    });

    served.test('a list of keys longer than a page', async () => {
        for (let i = 0; i < 230; i++)
            await client.v1.customFields.addKey(
                { entity: 'charge', key: `key ${i}`, enforce_uniqueness: false });
        const keys = await all(client.v1.customFields.listKeys({ entities: ['charge'] }));
        assert.deepEqual(keys.map(({ key }) => key),
            Array.from({ length: 230 }, (_, i) => `key ${i}`));
    });

    served.test('values are set, kept apart, deleted', async () => {
        customer = (await client.v1.customers.create(
            { name: 'Acme', custom_fields: { crm: 'ä "1"\n' } })).data.id;
        grant = (await client.v1.creditGrants.create(
            grantOf(customer, { custom_fields: { order: '1' } }))).data.id;
        await client.v1.customFields.setValues({ entity: 'credit_grant', entity_id: grant,
            custom_fields: { team: 'red' } });
        assert.deepEqual(await fieldsOf(grant), { order: '1', team: 'red' });
        await client.v1.customFields.deleteValues({ entity: 'credit_grant', entity_id: grant,
            keys: ['team', 'order'] });
        assert.deepEqual(await fieldsOf(grant), {});
        await client.v1.customFields.setValues({ entity: 'credit_grant', entity_id: grant,
            custom_fields: { order: '1', team: 'blue' } });
        assert.equal((await client.v1.customers.retrieve({ customer_id: customer }))
            .data.custom_fields.crm, 'ä "1"\n');
    });

    served.test('what is wrong has its class of error', async () => {
        const set = (more) => client.v1.customFields.setValues({ entity: 'customer',
            entity_id: customer, custom_fields: { crm: '2' }, ...more });
        await assert.rejects(client.v1.customFields.addKey(
            { entity: 'customer', key: 'crm', enforce_uniqueness: true }), Metronome.BadRequestError);
        await assert.rejects(client.v1.customFields.removeKey(
            { entity: 'customer', key: 'no' }), Metronome.NotFoundError);
        await assert.rejects(set({ custom_fields: { no: '1' } }), Metronome.BadRequestError);
        await assert.rejects(set({ entity_id: unknownUuid() }), Metronome.NotFoundError);
        await assert.rejects(set({ entity: 'plan' }), Metronome.BadRequestError);
        await assert.rejects(client.v1.customers.create(
            { name: 'B', custom_fields: { crm: 'ä "1"\n' } }), Metronome.ConflictError);
        assert.equal((await all(client.v1.customers.list())).length, 1);
    });

    for (const how of ['restart', 'kill']) {
        served.test(`unique values stay so after a ${how}`, async () => {
            await client.v1.customFields.setValues({ entity: 'credit_grant', entity_id: grant,
                custom_fields: { order: how } });
            if (how === 'kill') {
                await served.server.kill();
                await served.server.start();
            } else {
                await served.server.restart();
            }
            client = clientOf(served);
            await assert.rejects(client.v1.creditGrants.create(
                grantOf(customer, { custom_fields: { order: how } })), Metronome.ConflictError);
            await assert.rejects(client.v1.customers.create(
                { name: 'B', custom_fields: { crm: 'ä "1"\n' } }), Metronome.ConflictError);
            assert.deepEqual(await fieldsOf(grant), { order: how, team: 'blue' });
        });
    }

    served.test('the values that were replaced are free', async () => {
        const other = (await client.v1.creditGrants.create(
            grantOf(customer, { custom_fields: { order: '1' } }))).data.id;
        await client.v1.customFields.setValues({ entity: 'credit_grant', entity_id: other,
            custom_fields: { order: 'restart' } });
    });

    served.test('a removed key hides its values until it is added again', async () => {
        await client.v1.customFields.removeKey({ entity: 'credit_grant', key: 'order' });
        assert.deepEqual(await fieldsOf(grant), { team: 'blue' });
        await client.v1.customFields.addKey(
            { entity: 'credit_grant', key: 'order', enforce_uniqueness: true });
        assert.deepEqual(await fieldsOf(grant), { order: 'kill', team: 'blue' });
    });
});

suite('Metronome SDK: the audit log', {}, (served) => {
    let client, customer, seen;

    const act = async (count) => {
        for (let i = 0; i < count; i++)
            await must(served.server, 'POST', '/scrip/v1/deductions',
                { key: served.key, body: { customer, amount: '1' } });
    };
    // The log has no last page: a reader stops where there is nothing yet.
    const read = async (query = {}) => {
        const rows = [];
        let page = await client.v1.auditLogs.list(query);
        while (page.data.length > 0) {
            rows.push(...page.data);
            page = await page.getNextPage();
        }
        return { rows, next: page.next_page };
    };

    served.test('everything is there, once, in order', async () => {
        client = clientOf(served);
        customer = (await client.v1.customers.create({ name: 'Acme' })).data.id;
        await client.v1.creditGrants.create(grantOf(customer));
        await act(23);
        await client.v1.customers.setName({ customer_id: customer, name: 'Acme, Inc.' });
        const { rows, next } = await read({ limit: 5 });
        assert.deepEqual(rows.map(({ action }) => action), ['create_customer', 'create_grant',
            ...Array(23).fill('deduct'), 'update_customer']);
        assert.equal(new Set(rows.map(({ id }) => id)).size, 26);
        assert.equal(new Set(rows.map(({ request }) => request.id)).size, 26);
        assert.ok(rows.every(({ request }) => request.ip === '127.0.0.1'));
        assert.match(rows[0].request.user_agent, /Metronome/);
        assert.ok(rows.every(({ timestamp }, i) => i === 0 || timestamp >= rows[i - 1].timestamp));
        seen = { rows, next };
    });

    served.test('the id of the request is the one that its reply had', async () => {
        const { response } = await client.v1.customers.setName(
            { customer_id: customer, name: 'Acme' }).withResponse();
        const { data } = await client.v1.auditLogs.list({ next_page: seen.next });
        assert.deepEqual(data.map(({ request }) => request.id),
            [response.headers.get('x-request-id')]);
    });

    served.test('backwards it is the same', async () => {
        const { rows } = await read({ limit: 4, sort: 'date_desc' });
        assert.deepEqual(rows.slice(1).reverse(), seen.rows);
    });

    served.test('after a restart the cursor goes on where it was, and all is as it was', async () => {
        await served.server.restart();
        client = clientOf(served);
        await act(2);
        const { data } = await client.v1.auditLogs.list({ next_page: seen.next });
        assert.deepEqual(data.map(({ action }) => action), ['update_customer', 'deduct', 'deduct']);
        assert.deepEqual((await read()).rows.slice(0, 26), seen.rows);
    });

    served.test('of one resource', async () => {
        const { rows } = await read({ resource_type: 'customer', resource_id: customer });
        assert.deepEqual(rows.map(({ action }) => action),
            ['create_customer', 'update_customer', 'update_customer']);
        const [deduction] = seen.rows.filter(({ action }) => action === 'deduct');
        const found = await read(
            { resource_type: 'deduction', resource_id: deduction.resource_id });
        assert.deepEqual(found.rows, [deduction]);
    });
});
