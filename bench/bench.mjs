// The benchmark.  It starts its own servers on fresh data directories beside the build, on the real
// disk, fills a book with customers of three grants each, and has bench/load ask for one thing at a
// time, in rounds, so that a slow minute of the machine falls on every line alike.  PostgreSQL
// takes its turn in the same rounds.
//
// Server and load run on a CPU each.  No figure is shown before the audit: after each run the
// book has grown by exactly the deductions that were answered; at the end, after a kill -9, the
// balances of all customers, added up, agree to the last millionth, and `scrip verify` proves the
// book.
//
//     bench/run              minutes
//     bench/run --quick      a tenth of the customers and a hundredth of the entries: a minute
//     bench/run --large      1,000,000 customers with 3,000,000 grants
//     bench/run --smoke      a moment, to see that it works

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { removeFolder, root, temporaryFolder } from '../test/node/support/server.mjs';
import { Book } from './book.mjs';
import { cpusAllowed, describeMachine, fileSystem, syncMicroseconds, ticks } from './machine.mjs';
import { Postgres } from './postgres.mjs';
import { median, report } from './report.mjs';

const SIZES = {
    smoke: { rounds: 1, seconds: 0.2, customers: 200, points: [1_000, 10_000], keys: 10_000, fills: 0 },
    quick: { rounds: 2, seconds: 2, customers: 10_000, points: [10_000, 100_000], keys: 200_000, fills: 20 },
    usual: {
        rounds: 3, seconds: 3, customers: 100_000, keys: 500_000, fills: 20,
        points: [10_000, 100_000, 1_000_000, 10_000_000],
    },
    large: {
        rounds: 3, seconds: 3, customers: 1_000_000, keys: 1_000_000, fills: 20,
        points: [10_000, 100_000, 1_000_000, 10_000_000],
    },
};
const POINT_ROUNDS = 3;
const KEY_MARKS = 10;
const FEW = 100; // customers
const MEMORY_CUSTOMERS_MAX = 100_000;
const BATCHES = { kind: 'batch', connections: 1, batch: 1000 };
const FLAT_BYTES = 1 << 20; // growth of 100,000 deductions that is none
const OVERLOAD = { connections: 512, pipeline: 32 };
const OVERLOAD_TIMES = [1, 2, 4];

const { values: flags } = parseArgs({
    options: {
        smoke: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        large: { type: 'boolean', default: false },
        build: { type: 'string', default: process.env.SCRIP_BUILD ?? 'build' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        customers: { type: 'string' },
    },
});
const build = path.resolve(root, flags.build);
const size = { ...SIZES[['smoke', 'quick', 'large'].find((name) => flags[name]) ?? 'usual'] };
for (const name of ['rounds', 'seconds', 'customers'])
    size[name] = Number(flags[name] ?? size[name]);
const POINT_SECONDS = Math.min(1, size.seconds);

// weight: deductions in one request.
const lines = [
    { id: 'empty-64', name: 'an empty server over libuv', kind: 'healthz', connections: 64, isEmpty: true },
    { id: 'healthz-64', name: 'GET /healthz', kind: 'healthz', connections: 64 },
    { id: 'healthz-256', name: 'GET /healthz', kind: 'healthz', connections: 256 },
    { id: 'deduct-1', name: 'deduction', kind: 'deduct', connections: 1, weight: 1 },
    { id: 'deduct-64', name: 'deduction', kind: 'deduct', connections: 64, weight: 1 },
    { id: 'deduct-256', name: 'deduction', kind: 'deduct', connections: 256, weight: 1 },
    { id: 'keyed-64', name: 'deduction with an idempotency key', kind: 'deduct', connections: 64, weight: 1, key: true },
    { id: 'hot-256', name: 'deduction, one hot customer', kind: 'deduct', connections: 256, weight: 1, customers: 1 },
    { id: 'batch-100', name: 'deductions in batches of 100', kind: 'batch', connections: 16, weight: 100 },
    { id: 'batch-1000', name: 'deductions in batches of 1,000', kind: 'batch', connections: 4, weight: 1000 },
    { id: 'batch-10000', name: 'deductions in batches of 10,000', kind: 'batch', connections: 2, weight: 10_000 },
    { id: 'balance-64', name: 'balance of a customer', kind: 'balance', connections: 64 },
    { id: 'postgres-16', name: 'PostgreSQL: deduction', connections: 16, isPostgres: true },
    { id: 'postgres-64', name: 'PostgreSQL: deduction', connections: 64, isPostgres: true },
];

const tell = (text) => console.error(`bench: ${text}`);

function fail(why) {
    tell(why);
    process.exit(1);
}

// [CPU for the server, CPU for the load], or none where there is only one.
function pins() {
    const cpus = cpusAllowed();
    if (cpus.length < 2 || spawnSync('sh', ['-c', 'command -v taskset']).status !== 0)
        return { server: [], load: [], note: 'server and load share the CPUs, unpinned' };
    const on = (cpu) => ['taskset', '-c', String(cpu)];
    return {
        server: on(cpus[0]), load: on(cpus[1]),
        note: `servers on CPU ${cpus[0]}, load on CPU ${cpus[1]}`,
    };
}

async function startEmpty(pin) {
    const [file, ...args] = [...pin, path.join(build, 'bench', 'empty')];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const said = await new Promise((resolve) => child.stdout.once('data', resolve));
    return { pid: child.pid, port: Number(new URL(String(said).replace('listening on ', '')).port), child };
}

// The flags of bench/load.
const asked = ({ kind, connections, weight, key, customers }, more) => ({
    kind, connections, weight, key, ...(customers && { customers }),
    ...(kind === 'batch' && { batch: weight }), ...more,
});

async function measurePostgres(postgres, line) {
    const before = ticks();
    const seconds = Math.ceil(size.seconds); // pgbench knows no parts
    const run = await postgres.run(line.connections, seconds);
    const after = ticks();
    return {
        ...run, reply: {}, loadPercent: NaN,
        cpuMicroseconds: run.cpuSeconds / run.operations * 1e6,
        serverPercent: 100 * run.cpuSeconds / seconds,
        stealPercent: 100 * (after.stolen - before.stolen) / Math.max(1, after.all - before.all),
    };
}

async function rounds(book, empty, postgres, folder) {
    const taken = lines.filter((line) => !line.isPostgres || postgres !== null);
    const results = new Map(taken.map((line) => [line, []]));
    const syncs = [];
    for (let round = 0; round < size.rounds; round++) {
        tell(`round ${round + 1} of ${size.rounds}, ${taken.length} lines`);
        syncs.push(syncMicroseconds(folder));
        for (const line of taken) {
            results.get(line).push(line.isPostgres ? await measurePostgres(postgres, line)
                : await book.measure(asked(line, { seconds: size.seconds }), line.isEmpty && empty));
        }
    }
    return { results, syncs };
}

async function point(book, deductions) {
    tell(`with ${deductions.toLocaleString('en-US')} deductions in the book`);
    await book.grow(deductions);
    const ret = { deductions: book.deducted, healthz: [], deduct: [], balance: [] };
    for (let round = 0; round < POINT_ROUNDS; round++) {
        for (const [kind, connections, weight] of
            [['healthz', 256], ['deduct', 256, 1], ['balance', 64]])
            ret[kind].push(await book.measure({ kind, connections, weight, seconds: POINT_SECONDS }));
    }
    return { ...ret, until: book.deducted };
}

async function overload(book, sustained) {
    const found = [];
    for (const times of OVERLOAD_TIMES) {
        tell(`${times} times what it can do`);
        const rate = Math.round(sustained * times);
        const run = await book.measure({
            kind: 'deduct', weight: 1, ...OVERLOAD, seconds: size.seconds, rate,
        });
        found.push({ times, rate, run });
    }
    return found;
}

// A server of its own whose memory will grow by nothing but what is added: SQLite's cache of pages,
// which is bounded, is full.
async function startFull(options, folder) {
    const book = new Book({ ...options, folder, customers: FEW });
    await book.start();
    await book.preload();
    for (let step = 0, bytes = 0; step < size.fills && book.memory() > bytes; step++) {
        bytes = book.memory() + FLAT_BYTES;
        await book.grow(book.deducted + 100_000, BATCHES);
    }
    return book;
}

// What a grant takes, and a remembered key: each on a server of its own, for what one has given back
// another would take first.
async function measureMemory(options, folder) {
    tell(`memory of grants, and of ${size.keys.toLocaleString('en-US')} remembered keys`);
    const granting = await startFull(options, path.join(folder, 'grants'));
    const grant = await granting.preload(Math.min(size.customers, MEMORY_CUSTOMERS_MAX), FEW);
    await granting.stop();

    const book = await startFull(options, path.join(folder, 'keys'));
    await book.grow(book.deducted + 1_000, { ...BATCHES, key: true }); // what such a request takes
    const before = { bytes: book.memory(), keys: book.deducted };
    const marks = [];
    for (let mark = 1; mark <= KEY_MARKS; mark++) {
        await book.grow(before.keys + size.keys * mark / KEY_MARKS, { ...BATCHES, key: true });
        const keys = book.deducted - before.keys;
        marks.push({ keys, bytes: (book.memory() - before.bytes) / keys });
    }
    await book.stop();
    return { marks, key: Math.max(...marks.map((mark) => mark.bytes)), grant };
}

async function measureAll(book, empty, postgres, folder, memory) {
    const points = [];
    for (const deductions of size.points.slice(0, 2))
        points.push(await point(book, deductions));
    const { results, syncs } = await rounds(book, empty, postgres, folder);
    for (const deductions of size.points.slice(2))
        points.push(await point(book, deductions));
    const runs = (id) => [...results].find(([line]) => line.id === id)?.[1] ?? [];
    const sustained = median(runs('deduct-256').map((run) => run.perSecond));
    const more = await overload(book, sustained);
    tell('opening');
    const opening = { stop: await book.reopen('stop') };
    await book.measure({ kind: 'deduct', connections: 64, weight: 1, seconds: 1 });
    opening.kill = await book.reopen('kill');
    return {
        results, syncs, points, runs, opening, overload: more, memory,
        overloadConnections: `${OVERLOAD.connections} times ${OVERLOAD.pipeline} pipelined`,
        size: `${[book.customers, book.customers * 3, book.deducted]
            .map((count) => count.toLocaleString('en-US'))
            .map((text, i) => `${text} ${['customers', 'grants', 'deductions'][i]}`).join(', ')}`,
        isLarge: book.customers >= 1_000_000 && book.deducted >= 10_000_000,
    };
}

function write(text) {
    process.stdout.write(text);
    if (flags.smoke)
        return;
    const name = [new Date().toISOString().slice(0, 16).replace(':', ''), ...['quick', 'large'].filter((each) => flags[each])];
    const file = path.join(root, 'bench', 'results', `${name.join('-')}.md`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    tell(`written to ${path.relative(root, file)}`);
}

async function main() {
    const folder = temporaryFolder(build); // not /tmp, which may be memory
    chmodSync(folder, 0o711); // PostgreSQL runs as another
    const pin = pins();
    const machine = { ...describeMachine(root), fileSystem: fileSystem(folder), pins: pin.note };
    const options = { build, serverPin: pin.server, loadPin: pin.load };
    const memory = await measureMemory(options, folder);

    tell(`${size.customers.toLocaleString('en-US')} customers with 3 grants`);
    const book = new Book({ ...options, folder: path.join(folder, 'book'), customers: size.customers });
    await book.start();
    await book.preload();
    let postgres = null;
    if (Postgres.isInstalled()) {
        postgres = new Postgres(folder, {
            script: path.join(root, 'bench', 'postgres.pgbench'),
            sql: path.join(root, 'bench', 'postgres.sql'),
            customers: size.customers, serverPin: pin.server, loadPin: pin.load,
        });
        await postgres.start();
    } else if (!flags.smoke) {
        fail('PostgreSQL is not installed; run tools/packages bench');
    }
    const empty = await startEmpty(pin.server);
    const found = await measureAll(book, empty, postgres, folder, memory);
    empty.child.kill();

    tell('audit');
    await book.audit();
    await book.stop();
    postgres?.audit();
    await postgres?.stop();
    const proof = await book.server.verify();
    removeFolder(folder);
    write(report({
        machine, found, proof, postgres, deducted: book.deducted, rounds: size.rounds,
        seconds: size.seconds, customers: size.customers,
    }));
}

main().catch((error) => fail(error.stack));
