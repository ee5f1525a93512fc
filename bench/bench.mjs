// The benchmark.  It starts its own server on a fresh data directory beside the build, on the real
// disk; makes customers with three grants each; and has wrk, on loopback, ask for one thing at a
// time, in rounds, so that a slow minute of the machine falls on every line alike.
//
// Server and load run on a CPU each.  No figure is shown before the audit: after each run the
// book has grown by exactly the deductions that were answered; at the end the balances of all
// customers, added up, agree to the last millionth, and `scrip verify` proves the book.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Server, removeFolder, root, temporaryFolder } from '../test/node/support/server.mjs';
import { millionths, sum } from '../test/node/support/amount.mjs';
import {
    cpuSeconds, cpusAllowed, describeMachine, fileSystem, syncMicroseconds, ticks,
} from './machine.mjs';
import { report } from './report.mjs';

const USD_CENTS = '2714e483-4ff1-48e4-9e25-ac732e8f24f2';
const GRANTS = ['1000000', '2000000', '3000000']; // never used up: one draw a deduction
const DRAWN = 1n; // millionths, of each deduction
const PRELOAD_CONNECTIONS = 64;

const { values: flags } = parseArgs({
    options: {
        smoke: { type: 'boolean', default: false },
        build: { type: 'string', default: process.env.SCRIP_BUILD ?? 'build' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        customers: { type: 'string', default: '10000' },
    },
});
const build = path.resolve(root, flags.build);
const rounds = flags.smoke ? 1 : Number(flags.rounds);
const seconds = flags.smoke ? 1 : Number(flags.seconds);
const customers = flags.smoke ? 200 : Number(flags.customers);

// weight: deductions in one request.
const lines = [
    { name: 'an empty server over libuv', kind: 'healthz', connections: 64, server: 'empty' },
    { name: 'GET /healthz', kind: 'healthz', connections: 64 },
    { name: 'deduction', kind: 'deduct', connections: 1, weight: 1 },
    { name: 'deduction', kind: 'deduct', connections: 64, weight: 1 },
    { name: 'deduction', kind: 'deduct', connections: 256, weight: 1 },
    { name: 'deduction with an idempotency key', kind: 'keyed', connections: 64, weight: 1 },
    { name: 'deduction with an idempotency key', kind: 'keyed', connections: 256, weight: 1 },
    { name: 'deductions in batches of 100', kind: 'batch', connections: 16, weight: 100 },
    { name: 'balance of a customer', kind: 'balance', connections: 64 },
].filter(({ connections }) => !flags.smoke || connections === 64 || connections === 16);

function fail(why) {
    console.error(`bench: ${why}`);
    process.exit(1);
}

const here = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

// [CPU for the server, CPU for the load], or none where there is only one.
function pins() {
    const cpus = cpusAllowed();
    if (cpus.length < 2 || !here('taskset'))
        return { server: [], load: [], note: 'server and load share the CPUs, unpinned' };
    const on = (cpu) => ['taskset', '-c', String(cpu)];
    return {
        server: on(cpus[0]), load: on(cpus[1]),
        note: `server on CPU ${cpus[0]}, load on CPU ${cpus[1]}`,
    };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: PRELOAD_CONNECTIONS });

function ask(server, secret, method, url, body) {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1', port: server.port, method, path: url, agent,
            headers: {
                'authorization': `Bearer ${secret}`, 'content-type': 'application/json',
                'content-length': Buffer.byteLength(text),
            },
        }, (reply) => {
            let got = '';
            reply.setEncoding('utf8');
            reply.on('data', (chunk) => { got += chunk; });
            reply.on('end', () => {
                if (reply.statusCode === 200)
                    resolve(JSON.parse(got));
                else
                    reject(new Error(`${method} ${url}: ${reply.statusCode} ${got}`));
            });
        });
        request.on('error', reject);
        request.end(text);
    });
}

const customerId = (number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

// Does work(0), work(1), ... work(count - 1), some at a time.
async function everyOne(count, work) {
    let next = 0;
    await Promise.all(Array.from({ length: PRELOAD_CONNECTIONS }, async () => {
        while (next < count)
            await work(next++);
    }));
}

async function preload(server, secret) {
    await everyOne(customers, async (number) => {
        const id = customerId(number);
        await ask(server, secret, 'POST', '/scrip/v1/customers', { id, name: `Customer ${number}` });
        for (const [i, amount] of GRANTS.entries()) {
            await ask(server, secret, 'POST', '/scrip/v1/grants',
                { customer: id, credit_type: USD_CENTS, amount, priority: i + 1 });
        }
    });
}

const sequenceOf = async (server, secret) =>
    Number((await ask(server, secret, 'GET', '/scrip/v1/book')).sequence);

// One run of wrk: [what load.lua printed].
function load(pin, line, url, secret, name) {
    const [file, ...args] = [
        ...pin, 'wrk', '-t1', `-c${line.connections}`, `-d${seconds + 1}s`,
        '-s', path.join(root, 'bench', 'load.lua'), url, '--', line.kind, String(customers),
        String(seconds), name,
    ];
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, {
            env: { ...process.env, BENCH_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        child.stdout.on('data', (text) => { said += text; });
        child.on('error', reject);
        child.on('close', (code) => {
            const result = /^bench: (\{.*\})$/m.exec(said);
            if (code !== 0 || result === null)
                reject(new Error(`wrk: exit ${code}\n${said}`));
            else
                resolve(JSON.parse(result[1]));
        });
    });
}

async function measure(line, targets, pin, secret, name) {
    const target = targets[line.server ?? 'scrip'];
    const { server } = targets.scrip;
    const sequence = await sequenceOf(server, secret);
    const cpu = cpuSeconds(target.pid);
    const before = ticks();

    const result = await load(pin, line, target.url, secret, name);

    const after = ticks();
    const used = cpuSeconds(target.pid) - cpu;
    const grown = await sequenceOf(server, secret) - sequence;
    const wrong = Object.entries(result.errors).filter(([, count]) => count > 0);
    const { sent, answered } = result;
    if (wrong.length > 0)
        throw new Error(`${line.name}: ${wrong.map(([what, count]) => `${count} ${what}`)} errors`);
    if (sent === 0)
        throw new Error(`${line.name}: nothing was sent`);

    // Where the last replies came too late to be counted, the book must still hold no more than
    // was sent, and no less than was answered.
    const weight = line.weight ?? 0;
    if (grown < answered * weight || grown > sent * weight)
        throw new Error(`${line.name}, ${line.connections} connections: ${answered} of ${sent} `
            + `requests were answered, but the book has grown by ${grown} entries`);
    const operations = sent * (weight || 1);
    return {
        operations: grown,
        perSecond: operations / seconds,
        cpuMicroseconds: used / operations * 1e6,
        p50: result.p50_us, p99: result.p99_us, max: result.max_us,
        late: sent - answered,
        serverPercent: 100 * used / seconds, loadPercent: 100 * result.cpu / seconds,
        othersPercent: 100 * Math.max(0, after.busy - before.busy - used - result.cpu)
            / (seconds + 1),
        stealPercent: 100 * (after.stolen - before.stolen) / Math.max(1, after.all - before.all),
    };
}

// The balances of all customers against all that was drawn.
async function audit(server, secret, drawn) {
    const left = [];
    await everyOne(customers, async (number) => {
        const balance = await ask(server, secret, 'GET',
            `/scrip/v1/customers/${customerId(number)}/balance`);
        left.push(millionths(balance.posted));
    });
    const granted = BigInt(customers) * sum(GRANTS.map(millionths));
    if (granted - sum(left) !== drawn * DRAWN)
        throw new Error(`${granted} were granted and ${sum(left)} are left, which is not `
            + `${drawn} deductions of ${DRAWN}`);
}

async function startEmpty(pin) {
    const [file, ...args] = [...pin, path.join(build, 'bench', 'empty')];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const said = await new Promise((resolve) => child.stdout.once('data', resolve));
    return { pid: child.pid, url: String(said).trim().replace('listening on ', ''), child };
}

async function main() {
    if (!here('wrk'))
        fail('wrk is not installed');
    const folder = temporaryFolder(build); // not /tmp, which may be memory
    const pin = pins();
    const machine = {
        ...describeMachine(root), fileSystem: fileSystem(folder), pins: pin.note,
        sync: syncMicroseconds(folder),
    };
    const server = await Server.start({
        file: path.join(build, 'scrip'), dataDir: folder, args: ['--threads', '1'],
        command: pin.server,
    });
    const { secret } = await server.key('test');
    const targets = {
        scrip: { pid: server.pid, url: server.url, server },
        empty: await startEmpty(pin.server),
    };
    console.error(`bench: ${customers} customers with ${GRANTS.length} grants, then ${rounds} rounds `
        + `of ${lines.length} runs, about ${rounds * lines.length * (seconds + 1)} s`);

    await preload(server, secret);
    const results = new Map(lines.map((line) => [line, []]));
    let drawn = 0n;
    for (let round = 0; round < rounds; round++) {
        for (const [i, line] of lines.entries()) {
            const result = await measure(line, targets, pin.load, secret, `${round}-${i}`);
            results.get(line).push(result);
            drawn += BigInt(result.operations);
        }
    }
    await audit(server, secret, drawn);
    agent.destroy();
    targets.empty.child.kill();
    await server.stop();
    const proof = await server.verify();
    removeFolder(folder);

    const text = report({ machine, results, rounds, seconds, customers, drawn, proof });
    process.stdout.write(text);
    if (!flags.smoke) {
        const file = path.join(root, 'bench', 'results', `${new Date().toISOString().slice(0, 10)}.md`);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        console.error(`bench: written to ${path.relative(root, file)}`);
    }
}

main().catch((error) => fail(error.stack));
