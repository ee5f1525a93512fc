// Peers that speak in bytes, many at once, and one that is polite.

import net from 'node:net';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

const PATIENCE_MS = 60_000; // a sanitizer build on a busy machine

const turn = () => new Promise((resolve) => setImmediate(resolve));

export const statuses = (text) =>
    [...text.matchAll(/(?:^|\}|\n)HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

// The memory of the process in bytes, now and at most so far.
export function memoryOf(server) {
    const text = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)[1]);
    return { now: bytes('VmRSS'), most: bytes('VmHWM') };
}

class Peer {
    constructor(socket) {
        this.socket = socket;
        this.got = '';
        this.hasEnded = false;
        socket.on('data', (bytes) => { this.got += bytes.toString('latin1'); });
        socket.on('error', () => {}); // it may be cut off while it still sends
        this.whenEnded = new Promise((resolve) => {
            const end = () => {
                this.hasEnded = true;
                resolve(this.got);
            };
            socket.on('end', end);
            socket.on('close', end);
        });
    }

    say(...pieces) {
        for (const piece of pieces)
            this.socket.write(piece);
        return this;
    }

    sayAndWait(piece) {
        return new Promise((resolve) => this.socket.write(piece, resolve));
    }

    #inTime(what, promise) {
        return new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error(
                `waited in vain for ${what}; so far: ${JSON.stringify(this.got.slice(-1000))}`)),
            PATIENCE_MS);
            promise.then(resolve, reject).finally(() => clearTimeout(late));
        });
    }

    // All that came until the server ended its side.
    async ended() {
        const got = await this.#inTime('the end', this.whenEnded);
        this.socket.destroy();
        return got;
    }

    // The same, a little at a time.
    endedSlowly() {
        this.socket.on('data', () => {
            this.socket.pause();
            setImmediate(() => this.socket.resume());
        });
        return this.ended();
    }

    // The same, and sends a byte as often as it can until then.
    async dripUntilEnded(byte) {
        while (!this.hasEnded) {
            this.socket.write(byte);
            await turn();
        }
        return this.ended();
    }

    // The next reply on a connection that stays.
    async reply() {
        const whole = () => {
            const head = this.got.indexOf('\r\n\r\n') + 4;
            const length = Number(/^content-length: (\d+)/im.exec(this.got.slice(0, head))?.[1]);
            return head > 3 && this.got.length >= head + length ? { head, length } : null;
        };
        const { head, length } = await this.#inTime('a reply', (async () => {
            while (whole() === null && !this.hasEnded)
                await turn();
            return whole() ?? { head: this.got.length, length: 0 };
        })());
        const text = this.got.slice(0, head + length);
        this.got = this.got.slice(head + length);
        return {
            status: statuses(text)[0],
            type: /^content-type: ([^;\r]+)/im.exec(text)?.[1],
            head: text.slice(0, head),
            text: text.slice(head),
        };
    }

    leave() {
        this.socket.destroy();
    }

    reset() {
        this.socket.resetAndDestroy();
    }
}

export class Crowd {
    constructor(server) {
        this.server = server;
        this.sockets = new Set();
    }

    // So many connections, open.
    come(count, { reads = true } = {}) {
        return Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
            const socket = net.connect({
                port: this.server.port, host: '127.0.0.1', allowHalfOpen: true,
            }, () => {
                socket.off('error', reject);
                const peer = new Peer(socket);
                if (!reads)
                    socket.pause();
                resolve(peer);
            });
            socket.once('error', reject);
            socket.setNoDelay(true);
            this.sockets.add(socket);
            socket.on('close', () => this.sockets.delete(socket));
        })));
    }

    leave() {
        for (const socket of this.sockets)
            socket.destroy();
    }

    // How many the server has open, with the one that asks.
    async open() {
        const [peer] = await this.come(1);
        peer.say('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        return Number(/^scrip_net_connections (\d+)$/m.exec(await peer.ended())?.[1]);
    }
}

// Deducts 1 again and again on one connection until it is stopped, in a thread of its own; every
// reply must be a 200.
export function polite(server, key, customer = 'polite') {
    const worker = new Worker(new URL('./polite.mjs', import.meta.url), {
        workerData: { port: server.port, secret: key.secret, customer },
    });
    let count = 0;
    let counted = () => {};
    const done = new Promise((resolve, reject) => {
        worker.on('message', (message) => {
            if (typeof message !== 'number') {
                resolve(message);
                return;
            }
            count = message;
            counted();
        });
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`the polite client ended with ${code}`)));
    });
    done.catch(() => {}); // told by stop()
    return {
        // When so many are done, or it has failed.
        done: (wanted) => Promise.race([done, new Promise((resolve) => {
            counted = () => {
                if (count >= wanted)
                    resolve();
            };
            counted();
        })]),
        // How long each took, in milliseconds, in order.
        async stop() {
            worker.postMessage('stop');
            const times = await done;
            await worker.terminate();
            return times;
        },
    };
}
