// The official SDK's client of a server under test, and what its tests share.

import Metronome from '@metronome/sdk';
import { USD_CENTS } from './http.mjs';

export const clientOf = (served, options = {}) => new Metronome({
    baseURL: served.server.url,
    bearerToken: served.key.secret,
    ...options,
});

export async function all(pages) {
    const items = [];
    for await (const item of pages)
        items.push(item);
    return items;
}

export const usd = (amount) => ({ amount, credit_type_id: USD_CENTS });

// A grant as the SDK's users write one; what a test is about, it says itself.
export const grantOf = (customer_id, more = {}) => ({
    customer_id,
    name: 'Promotional credit',
    grant_amount: usd(100),
    paid_amount: usd(0),
    priority: 1,
    effective_at: '2024-01-01T00:00:00Z',
    expires_at: '2099-01-01T00:00:00Z',
    ...more,
});
