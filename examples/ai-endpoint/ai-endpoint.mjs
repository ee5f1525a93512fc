// Credits in front of an AI endpoint: hold what an answer may cost at most, stream it, capture what it
// did cost.  Node 18 or later, no packages.
//
//     SCRIP_URL=http://127.0.0.1:8080 SCRIP_KEY=sk_test... node ai-endpoint.mjs
//
// Starts the endpoint on a free port, asks it three questions, prints what came of them, and ends.

import { randomUUID } from 'node:crypto';
import http from 'node:http';

const { SCRIP_URL = 'http://127.0.0.1:8080', SCRIP_KEY } = process.env;
const CREDITS_PER_WORD = 0.5;
const ANSWER_SECONDS_MAX = 120; // then the hold lapses, whatever has become of us

// A retry with the same key is safe: it happens once.
async function scrip(path, body, key = randomUUID()) {
    for (let attempt = 1; ; attempt++) {
        const reply = await fetch(SCRIP_URL + path, {
            method: 'POST',
            headers: { authorization: `Bearer ${SCRIP_KEY}`, 'idempotency-key': key },
            body: JSON.stringify(body),
        }).catch((error) => ({ status: 503, json: () => ({ detail: error.message }) }));
        if (reply.status < 500 || attempt === 3)
            return { status: reply.status, ...await reply.json() };
    }
}

// Stands for a model: some words, one after the other.
async function* model(prompt, wordsMax) {
    for (const word of `You asked: ${prompt}`.split(' ').slice(0, wordsMax))
        yield `${word} `;
}

async function answer(request, response) {
    const { searchParams } = new URL(request.url, 'http://here');
    const customer = searchParams.get('customer');
    const wordsMax = Number(searchParams.get('words'));
    const hold = await scrip('/scrip/v1/holds', {
        customer, credit_type: 'Credits', amount: String(wordsMax * CREDITS_PER_WORD),
        expires_in: ANSWER_SECONDS_MAX, reason: 'an answer',
    });
    if (hold.status !== 'open') {
        response.writeHead(hold.status === 402 ? 402 : 503, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: hold.title, available: hold.available }));
        return;
    }
    let words = 0;
    try {
        response.writeHead(200, { 'content-type': 'text/plain' });
        for await (const piece of model(searchParams.get('prompt'), wordsMax)) {
            response.write(piece);
            words++;
        }
    } finally {
        // What was said is paid for, also if the client has gone; what was not goes back.
        const path = `/scrip/v1/holds/${hold.id}`;
        if (words > 0)
            await scrip(`${path}/capture`, { amount: String(words * CREDITS_PER_WORD) });
        else
            await scrip(`${path}/release`, {});
        response.end();
    }
}

async function main() {
    const customer = `ai-${randomUUID().slice(0, 8)}`;
    await scrip('/scrip/v1/customers', { name: 'Reader', aliases: [customer] });
    await scrip('/scrip/v1/grants', { customer, credit_type: 'Credits', amount: '10' });

    const server = http.createServer((request, response) => {
        answer(request, response).catch(() => response.destroy());
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${server.address().port}/?customer=${customer}`;
    for (const [prompt, words] of [['what is a hold?', 16], ['and a capture?', 12], ['more', 16]]) {
        const reply = await fetch(`${url}&words=${words}&prompt=${encodeURIComponent(prompt)}`);
        const text = (await reply.text()).trim();
        const balance = await fetch(`${SCRIP_URL}/scrip/v1/customers/${customer}/balance`,
            { headers: { authorization: `Bearer ${SCRIP_KEY}` } }).then((got) => got.json());
        console.log(`at most ${words} words: ${reply.status} ${text}`);
        console.log(`    left: ${balance.available}, held: ${balance.held}`);
    }
    server.close();
}

await main();
