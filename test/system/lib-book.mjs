// Both books with something of everything in them: grants of every kind, draws, reversals, holds
// that were captured, released, extended and left open, a void, an edit, a rollover and an expiry,
// batches, usage without credit, custom fields, texts that need escaping.  What is to come comes in a
// hundred years: the live book goes by the wall clock.

import { USD_CENTS, must } from '../node/support/http.mjs';

// keys: { live, test }, both with scope admin.
export async function fillBooks(server, keys) {
    const at = (key) => (path, body, headers = {}) =>
        must(server, 'POST', path, { key, body, headers });
    const live = at(keys.live);
    await live('/v1/customFields/addKey',
        { entity: 'customer', key: 'crm', enforce_uniqueness: true });
    await live('/scrip/v1/customers', { name: 'Acmé "\\ \u{1f4b3}', aliases: ['acme', 'a/2'],
        custom_fields: { crm: 'c-1' } });
    await live('/scrip/v1/customers', { name: 'Beta', aliases: ['beta'] });
    const widget = await live('/scrip/v1/products', { name: 'Widget' });
    await live('/scrip/v1/credit-types', { name: 'tokens', scale: 0 });
    for (const [name, key] of Object.entries(keys)) {
        const post = at(key);
        const of = (customer, amount, more) =>
            ({ customer, amount, credit_type: USD_CENTS, ...more });
        const grant = (body) => post('/scrip/v1/grants', body);
        const deduct = (body, headers) => post('/scrip/v1/deductions', body, headers);
        await grant(of('acme', '200.5', { priority: 1, name: 'first', expires_at: '2127-01-01T00:00:00Z',
            rollover: { expires_at: '2129-01-01T00:00:00Z', share_max: '0.25' } }));
        const large = await grant(of('acme', '1000.000001', { priority: 2, reason: 'a\nb' }));
        await grant(of('acme', '9', { priority: 3, products: [widget.id],
            effective_at: '2126-12-30T00:00:00Z' }));
        await grant(of('acme', '9000', { credit_type: 'tokens' }));
        const gone = await grant(of('beta', '7'));
        await post(`/scrip/v1/grants/${gone.id}/void`, {});
        await post(`/scrip/v1/grants/${large.id}`, { name: 'renamed' });
        const made = [];
        for (let i = 0; i < 25; i++)
            made.push(await deduct(of('acme', `${i % 3}.${i + 1}`,
                { reason: `use ${i}`, metadata: { n: i } }), { 'idempotency-key': `${name}-${i}` }));
        await post(`/scrip/v1/deductions/${made[3].id}/reverse`, {});
        await post(`/scrip/v1/deductions/${made[4].id}/reverse`, { amount: '0.5' });
        await deduct(of('beta', '3', { policy: 'partial' }));
        const holds = [];
        for (let i = 0; i < 5; i++)
            holds.push(await post('/scrip/v1/holds', of('acme', '4', { expires_in: 86400 })));
        await post(`/scrip/v1/holds/${holds[0].id}/capture`, { amount: '6' });
        await post(`/scrip/v1/holds/${holds[1].id}/release`, {});
        await post(`/scrip/v1/holds/${holds[2].id}/extend`, { expires_in: 9999 });
        await post('/scrip/v1/deductions/batch', { deductions: Array.from({ length: 40 },
            () => of('acme', '1')) });
    }
    // Grants expire, one rolls over, one becomes effective, holds lapse.
    await at(keys.test)('/scrip/v1/test-clock', { now: '2127-02-01T00:00:00Z' });
    await at(keys.test)('/scrip/v1/deductions',
        { customer: 'acme', credit_type: USD_CENTS, amount: '11', product: widget.id });
}
