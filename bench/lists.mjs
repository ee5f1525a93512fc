// How fast lists are, and what they cost the deductions beside them.
//
// One customer gets 100 grants and 10 deductions of each, spread over a book that grows to 1,000,000
// entries of others meanwhile.  Then, of the dialect of Metronome:
//
//   - listGrants of the 100 grants, and listEntries of 1,000 entries: latency, one at a time;
//   - deductions over 64 connections, alone and beside one client that lists at a fixed rate, in
//     rounds that take turns, so that a slow minute of the machine falls on all alike.
//
// The rate is fixed so that what lists take is a number of the question, not of how fast the
// server happens to be: where server and reader share a CPU they take their share of it, which the
// CPU of the server for each deduction shows.  Server and load run on a CPU each.
//
//     node bench/lists.mjs [--build DIR] [--rounds N] [--seconds N] [--entries N] [--rate N]
//                          [--server-cpus LIST] [--smoke]

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { removeFolder, root, temporaryFolder } from '../test/node/support/server.mjs';
import { must, USD_CENTS } from '../test/node/support/http.mjs';
import { Book, load } from './book.mjs';
import { cpusAllowed, describeMachine } from './machine.mjs';

const CUSTOMERS = 1_000; // others
const GRANTS = 100;
const DEDUCTIONS = 10; // of each grant
const LINES = 1_000; // of a page of listEntries
const CONNECTIONS = 64;
const STEPS = 10; // in which the book grows

const { values: flags } = parseArgs({
    options: {
        build: { type: 'string', default: process.env.SCRIP_BUILD ?? 'build' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        entries: { type: 'string' },
        rate: { type: 'string', default: '10' },
        'server-cpus': { type: 'string' },
        smoke: { type: 'boolean', default: false },
    },
});
const build = path.resolve(root, flags.build);
const rounds = Number(flags.rounds ?? (flags.smoke ? 1 : 5));
const seconds = Number(flags.seconds ?? (flags.smoke ? 0.3 : 5));
const entries = Number(flags.entries ?? (flags.smoke ? 10_000 : 1_000_000));
const rate = Number(flags.rate);
const lists = ['list-grants', 'list-entries'];
const names = { 'list-grants': `listGrants, ${GRANTS} of ${DEDUCTIONS} deductions`,
    'list-entries': `listEntries, ${LINES.toLocaleString('en-US')} lines` };

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
const tell = (text) => console.error(`lists: ${text}`);

function pins() {
    const cpus = cpusAllowed();
    if (cpus.length < 2 || spawnSync('sh', ['-c', 'command -v taskset']).status !== 0)
        return { serverPin: [], loadPin: [], note: 'server and load share the CPUs, unpinned' };
    const server = flags['server-cpus'] ?? String(cpus[0]);
    const own = cpus.find((cpu) => !server.split(',').includes(String(cpu))) ?? cpus.at(-1);
    return {
        serverPin: ['taskset', '-c', server], loadPin: ['taskset', '-c', String(own)],
        note: `server on CPU ${server}, load on CPU ${own}`,
    };
}

const idOf = (number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

// The customer that is listed comes after the others.
async function fill(book) {
    const key = { secret: book.secret };
    const post = (url, body) => must(book.server, 'POST', url, { key, body });
    const listed = idOf(CUSTOMERS);
    await book.preload();
    await post('/scrip/v1/customers', { id: listed, name: 'Listed' });
    for (let i = 0; i < GRANTS; i++)
        await post('/scrip/v1/grants',
            { customer: listed, credit_type: USD_CENTS, amount: String(DEDUCTIONS) });
    for (let step = 1; step <= STEPS; step++) {
        await book.grow(entries * step / STEPS);
        await post('/scrip/v1/deductions/batch', {
            deductions: Array.from({ length: GRANTS * DEDUCTIONS / STEPS },
                () => ({ customer: listed, credit_type: USD_CENTS, amount: '1' })),
        });
    }
    const grants = await post('/v1/credits/listGrants', { customer_ids: [listed] });
    const { data: [ledgers] } = await post('/v1/credits/listEntries', { customer_ids: [listed] });
    const drawn = grants.data.map(({ deductions }) => deductions.length);
    if (drawn.length !== GRANTS || drawn.some((count) => count !== DEDUCTIONS)
        || ledgers.ledgers[0].entries.length !== LINES)
        throw new Error(`what is listed is not what was asked for: ${drawn} deductions, `
            + `${ledgers.ledgers[0].entries.length} lines`);
}

const listing = (kind, more) => ({ kind, connections: 1, customers: 1, first: CUSTOMERS, ...more });

async function deductBeside(book, kind) {
    const deductions = book.measure({ kind: 'deduct', connections: CONNECTIONS, weight: 1, seconds });
    const beside = kind === undefined ? undefined
        : load(build, book.loadPin, { port: book.server.port, ...listing(kind),
            rate, ms: Math.round(seconds * 1000) }, book.secret);
    return { ...await deductions, list: await beside };
}

async function measure(book) {
    const alone = new Map(lists.map((kind) => [kind, []]));
    const beside = new Map([undefined, ...lists].map((kind) => [kind, []]));
    for (let round = 0; round < rounds; round++) {
        tell(`round ${round + 1} of ${rounds}`);
        for (const kind of lists)
            alone.get(kind).push(await book.measure(listing(kind, { seconds })));
        for (const [kind, runs] of beside)
            runs.push(await deductBeside(book, kind));
    }
    return { alone, beside };
}

const number = (value, digits = 0) => value.toLocaleString('en-US',
    { minimumFractionDigits: digits, maximumFractionDigits: digits });
const milliseconds = (microseconds) => number(microseconds / 1000, 1);

function report({ alone, beside }, note) {
    const { commit, cpu, kernel } = describeMachine(root);
    console.log(`${commit}; ${cpu}, ${kernel}\n${note}; ${rounds} rounds of ${seconds} s, medians; `
        + `${number(entries)} entries in the book\n`);
    console.log('| one at a time | p50 ms | p99 ms | server CPU ms each |\n|---|---|---|---|');
    for (const [kind, runs] of alone)
        console.log(`| ${names[kind]} | ${milliseconds(median(runs.map(({ reply }) => reply.p50)))} `
            + `| ${milliseconds(median(runs.map(({ reply }) => reply.p99)))} `
            + `| ${milliseconds(median(runs.map(({ cpuMicroseconds }) => cpuMicroseconds)))} |`);
    const base = median(beside.get(undefined).map(({ perSecond }) => perSecond));
    console.log(`\n| deductions, ${CONNECTIONS} connections | a second | | p99 ms `
        + `| server CPU us each | load CPU % | others % | lists answered | list p50 ms | p99 ms |`
        + '\n|---|---|---|---|---|---|---|---|---|---|');
    for (const [kind, runs] of beside) {
        const of = (pick) => median(runs.map(pick));
        const perSecond = of((run) => run.perSecond);
        console.log(`| ${kind === undefined ? 'alone' : `beside ${rate} ${names[kind]}, a second`} `
            + `| ${number(perSecond)} | ${number(100 * (perSecond / base - 1), 1)} % `
            + `| ${milliseconds(of(({ reply }) => reply.p99))} `
            + `| ${number(of((run) => run.cpuMicroseconds), 2)} `
            + `| ${number(of((run) => run.loadPercent))} | ${number(of((run) => run.othersPercent))} |`
            + (kind === undefined ? ' | | |'
                : ` ${of(({ list }) => list.ok)} of ${Math.round(rate * seconds)} `
                + `| ${milliseconds(of(({ list }) => list.due_us.p50))} `
                + `| ${milliseconds(of(({ list }) => list.due_us.p99))} |`));
    }
}

const { note, ...pinned } = pins();
const folder = temporaryFolder(build); // the real disk
const book = new Book({ build, folder: path.join(folder, 'book'), customers: CUSTOMERS, ...pinned });
await book.start();
try {
    tell(`a book of ${number(entries)} entries`);
    await fill(book);
    report(await measure(book), note);
    await book.stop();
    await book.server.verify();
} finally {
    book.server.forget();
    removeFolder(folder);
}
