// The thread of the polite client: deducts 1 again and again on one connection until it is told to
// stop, and says then how long each took.  A machine with a lot to do may keep it from its turn
// until its connection counts as idle: then, and only then, it asks again, under the same key.

import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { USD_CENTS } from '../../node/support/http.mjs';

const { port, secret, customer } = workerData;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const body = JSON.stringify({ customer, credit_type: USD_CENTS, amount: '1' });
const SILENCE_MS = 1000; // from where on a server may have closed on it
const times = [];
let last = performance.now(); // when it was heard, or spoke
const run = randomUUID();
let stopping = false;

const ask = () => new Promise((resolve, reject) => {
    const request = http.request({
        host: '127.0.0.1', port, method: 'POST', path: '/scrip/v1/deductions', agent,
        headers: {
            'authorization': `Bearer ${secret}`,
            'content-type': 'application/json',
            'idempotency-key': `${run}-${times.length}`,
            'content-length': body.length,
        },
    }, (reply) => {
        reply.resume();
        reply.on('end', () => (reply.statusCode === 200
            ? resolve() : reject(new Error(`the polite client got ${reply.statusCode}`))));
        reply.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
});

async function deduct() {
    for (;;) {
        try {
            await ask();
            last = performance.now();
            return;
        } catch (error) {
            if (error.code === undefined || performance.now() - last < SILENCE_MS)
                throw error;
            last = performance.now();
        }
    }
}

parentPort.once('message', () => { stopping = true; });
do {
    const start = performance.now();
    await deduct();
    times.push(performance.now() - start);
    if (times.length % 50 === 0)
        parentPort.postMessage(times.length);
} while (!stopping);
agent.destroy();
parentPort.postMessage(times);
