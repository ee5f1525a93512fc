// A server with a book to load: how it is filled, grown, measured under a load, and audited.

import { spawn } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { Server } from '../test/node/support/server.mjs';
import { millionths, sum } from '../test/node/support/amount.mjs';
import { cpuSeconds, memoryBytes, ticks } from './machine.mjs';

const GRANTS = ['1000000', '2000000', '3000000']; // as in request.c; never used up
const DRAWN = 1n; // millionths, of each deduction
const AUDIT_CONNECTIONS = 64;
const PRELOAD = { connections: 8, pipeline: 16 }; // few requests in flight take little memory
const GROW = { kind: 'batch', connections: 2, batch: 10_000 };

// Runs bench/load with these options: what it printed.
export function load(build, pin, options, secret) {
    const flags = Object.entries(options).filter(([, value]) => value !== undefined)
        .flatMap(([name, value]) => [`--${name}`, String(value)]);
    const [file, ...args] = [...pin, path.join(build, 'bench', 'load'), ...flags];
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, {
            env: { ...process.env, SCRIP_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        child.stdout.on('data', (text) => { said += text; });
        child.on('error', reject);
        child.on('close', (code) => {
            if (code === 0)
                resolve(JSON.parse(said));
            else
                reject(new Error(`load ${flags.join(' ')}: exit ${code}\n${said}`));
        });
    });
}

export class Book {
    constructor({ build, folder, customers, serverPin, loadPin }) {
        Object.assign(this, { build, folder, customers, serverPin, loadPin, deducted: 0, runs: 0 });
    }

    async start() {
        this.server = new Server({
            file: path.join(this.build, 'scrip'), dataDir: this.folder, args: ['--threads', '1'],
            command: this.serverPin,
        });
        await this.server.start();
        this.secret = (await this.server.key('test')).secret;
    }

    memory() {
        return memoryBytes(this.server.pid);
    }

    async #ask(url) {
        this.agent ??= new http.Agent({ keepAlive: true, maxSockets: AUDIT_CONNECTIONS });
        return new Promise((resolve, reject) => {
            http.get({
                host: '127.0.0.1', port: this.server.port, path: url, agent: this.agent,
                headers: { authorization: `Bearer ${this.secret}` },
            }, (reply) => {
                let got = '';
                reply.setEncoding('utf8');
                reply.on('data', (chunk) => { got += chunk; });
                reply.on('end', () => reply.statusCode === 200 ? resolve(JSON.parse(got))
                    : reject(new Error(`GET ${url}: ${reply.statusCode} ${got}`)));
            }).on('error', reject);
        });
    }

    async sequence() {
        return Number((await this.#ask('/scrip/v1/book')).sequence);
    }

    async #load(options) {
        const { key, weight, seconds, ...flags } = options; // ours; what is left is the program's
        const result = await load(this.build, this.loadPin, {
            port: this.server.port, customers: this.customers,
            run: key ? `r${++this.runs}` : undefined, ...flags,
            ms: seconds === undefined ? undefined : Math.round(seconds * 1000),
        }, this.secret);
        const { sent, answered, busy, other, lost } = result;
        if (sent === 0 || answered !== sent || other > 0 || lost > 0
            || (busy > 0 && options.rate === undefined))
            throw new Error(`${JSON.stringify(options)}: of ${sent} requests ${answered} were `
                + `answered, ${busy} by "too busy", ${other} by another error; ${lost} were lost`);
        return result;
    }

    // Customers, then three grants each: by how many bytes of memory the process grew for each.
    async preload(customers = this.customers, first = 0) {
        const empty = this.memory();
        await this.#load({ kind: 'customer', ...PRELOAD, customers, first, count: customers });
        const peopled = this.memory();
        const grants = customers * GRANTS.length;
        await this.#load({ kind: 'grant', ...PRELOAD, customers, first, count: grants });
        return {
            customer: (peopled - empty) / customers, grant: (this.memory() - peopled) / grants,
            allIn: (this.memory() - empty) / grants,
        };
    }

    // Deducts until the book has at least so many deductions.
    async grow(deductions, options = GROW) {
        const batches = Math.ceil((deductions - this.deducted) / options.batch);
        if (batches > 0)
            await this.#counted({ ...options, weight: options.batch, count: batches });
    }

    // A load whose deductions must be what the book has grown by, neither more nor less.
    async #counted(options) {
        const before = await this.sequence();
        const result = await this.#load(options);
        const grown = await this.sequence() - before;
        if (grown !== result.ok * (options.weight ?? 0))
            throw new Error(`${JSON.stringify(options)}: ${result.ok} requests had success, but the `
                + `book has grown by ${grown} entries`);
        this.deducted += grown;
        return result;
    }

    // As above; with what it cost.  target: another server, of which only a pid is known.
    async measure(options, target) {
        const pid = target?.pid ?? this.server.pid;
        const cpu = cpuSeconds(pid);
        const before = ticks();
        const result = await this.#counted(target ? { ...options, port: target.port } : options);
        return cost(result, options, cpuSeconds(pid) - cpu, before, ticks());
    }

    // The balances of all customers against all that was deducted.
    async audit() {
        const left = [];
        let next = 0;
        await Promise.all(Array.from({ length: AUDIT_CONNECTIONS }, async () => {
            while (next < this.customers) {
                const id = `00000000-0000-4000-8000-${(next++).toString(16).padStart(12, '0')}`;
                left.push(millionths((await this.#ask(`/scrip/v1/customers/${id}/balance`)).posted));
            }
        }));
        const granted = BigInt(this.customers) * sum(GRANTS.map(millionths));
        if (granted - sum(left) !== BigInt(this.deducted) * DRAWN)
            throw new Error(`${granted} were granted and ${sum(left)} are left, which is not `
                + `${this.deducted} deductions of ${DRAWN}`);
    }

    // Starts it again: the seconds until it listens, and of CPU.
    async reopen(end) {
        this.agent?.destroy();
        this.agent = undefined;
        await this.server[end]();
        const start = process.hrtime.bigint();
        await this.server.start();
        return { seconds: Number(process.hrtime.bigint() - start) / 1e9, cpu: cpuSeconds(this.server.pid) };
    }

    async stop() {
        this.agent?.destroy();
        await this.server.stop();
    }
}

function cost(result, options, cpu, before, after) {
    const took = result.took_us / 1e6;
    const operations = result.ok * (options.weight ?? 1);
    const perSecond = options.seconds ? result.in_time * (options.weight ?? 1) / options.seconds
        : operations / took;
    return {
        operations, perSecond, busy: result.busy, sent: result.sent,
        cpuMicroseconds: cpu / Math.max(1, operations) * 1e6,
        reply: result.reply_us, due: result.due_us,
        serverPercent: 100 * cpu / took, loadPercent: result.cpu_us / took / 1e4,
        othersPercent: 100 * Math.max(0, after.busy - before.busy - cpu - result.cpu_us / 1e6) / took,
        stealPercent: 100 * (after.stolen - before.stolen) / Math.max(1, after.all - before.all),
    };
}
