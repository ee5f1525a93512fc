// Where each microsecond goes: CPU time of the server under a load, by thread and by layer, sampled by
// perf.  tools/counts tells of single operations without sockets, to a fraction of a percent; this
// tells of the whole, kernel included, as far as samples go.
//
//     bench/profile.mjs [--build DIR] [--kind deduct] [--connections 64] [--batch N] [--key]
//                       [--customers 10000] [--seconds 5] [--functions 0]

import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { removeFolder, root, temporaryFolder } from '../test/node/support/server.mjs';
import { Book } from './book.mjs';
import { cpusAllowed } from './machine.mjs';

const SAMPLES_PER_SECOND = 4999;
const { values: flags } = parseArgs({
    options: {
        build: { type: 'string', default: process.env.SCRIP_BUILD ?? 'build' },
        kind: { type: 'string', default: 'deduct' },
        connections: { type: 'string', default: '64' },
        batch: { type: 'string' },
        key: { type: 'boolean', default: false },
        customers: { type: 'string', default: '10000' },
        seconds: { type: 'string', default: '5' },
        functions: { type: 'string', default: '0' },
    },
});
const build = path.resolve(root, flags.build);
const weights = { deduct: 1, batch: Number(flags.batch), balance: 1, healthz: 1 };

// 'engine_decide' -> 'engine', from the debug information of the binary.
function layersOf(binary) {
    const text = execFileSync('nm', ['--line-numbers', '--defined-only', binary],
        { encoding: 'utf8', maxBuffer: 64 << 20 });
    return new Map([...text.matchAll(/^\S+ [tT] (\S+)\t\S*?\/src\/((?:store|api)\/\w+(?=\/)|\w+)\//gm)]
        .map(([, name, layer]) => [name, layer]));
}

const LIBRARIES = [['sqlite3', 'SQLite'], ['crypto', 'OpenSSL'], ['http_parser', 'http-parser'],
    ['libuv', 'libuv'], ['libc', 'libc']];

// frames: [symbol, binary], innermost first.
function placeOf(frames, layers) {
    const [[symbol, binary]] = frames;
    if (binary.includes('kernel') || binary === '[unknown]') {
        const entry = frames.findIndex(([name]) => name === 'do_syscall_64');
        if (entry < 1)
            return 'kernel: interrupts, faults';
        return `kernel: ${frames[entry - 1][0].replace(/^(__x64_sys_|__do_sys_|__se_sys_|ksys_|__sys_)/, '')}`;
    }
    const plain = symbol.replace(/\.(constprop|isra|part|cold).*$/, '');
    const library = LIBRARIES.find(([name]) => path.basename(binary).includes(name));
    return library?.[1] ?? layers.get(symbol) ?? layers.get(plain) ?? 'others';
}

function samplesOf(file) {
    const text = execFileSync('perf', ['script', '-i', file, '-F', 'comm,tid,ip,sym,dso'],
        { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] });
    return text.split('\n\n').map((block) => block.split('\n').filter(Boolean)).filter((lines) => lines.length > 1)
        .map(([head, ...lines]) => {
            const [, comm, tid] = /^(.*?)\s+(\d+)\s*$/.exec(head);
            const frames = lines.map((line) => /^\s*[0-9a-f]+ (.*?) \((.*)\)$/.exec(line))
                .filter((match) => match !== null).map(([, symbol, binary]) => [symbol, binary]);
            return { thread: `${comm.trim()} ${tid}`, frames };
        }).filter(({ frames }) => frames.length > 0);
}

const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
const descending = (map) => [...map].sort(([, a], [, b]) => b - a);

async function main() {
    const cpus = cpusAllowed();
    const pin = (cpu) => cpus.length < 2 ? [] : ['taskset', '-c', String(cpu)];
    const folder = temporaryFolder(build);
    const book = new Book({
        build, folder: path.join(folder, 'book'), customers: Number(flags.customers),
        serverPin: pin(cpus[0]), loadPin: pin(cpus[1]),
    });
    await book.start();
    await book.preload();
    const file = path.join(folder, 'perf.data');
    const perf = spawn('perf', ['record', '-q', '-e', 'cpu-clock', '-F', String(SAMPLES_PER_SECOND), '-g',
        '-o', file, '-p', String(book.server.pid)], { stdio: 'inherit' });
    const weight = weights[flags.kind];
    const run = await book.measure({
        kind: flags.kind, connections: Number(flags.connections), key: flags.key,
        seconds: Number(flags.seconds), ...(flags.kind === 'batch' && { batch: weight }),
        ...(['deduct', 'batch'].includes(flags.kind) && { weight }),
    });
    perf.kill('SIGINT');
    await new Promise((resolve) => perf.once('exit', resolve));
    await book.stop();

    const layers = layersOf(path.join(build, 'scrip'));
    const samples = samplesOf(file);
    removeFolder(folder);
    const threads = new Map();
    const functions = new Map();
    for (const { thread, frames } of samples) {
        if (!threads.has(thread))
            threads.set(thread, new Map());
        const place = placeOf(frames, layers);
        count(threads.get(thread), place);
        count(functions, `${frames[0][0]} (${place})`);
    }
    const each = (samplesHere) =>
        (samplesHere / samples.length * run.cpuMicroseconds).toFixed(2).padStart(8);
    console.log(`${flags.kind}, ${flags.connections} connections: ${run.cpuMicroseconds.toFixed(1)} us of `
        + `CPU each, ${samples.length} samples, ${Math.round(run.perSecond)} a second`);
    for (const [thread, places] of [...threads].sort()) {
        const total = [...places.values()].reduce((a, b) => a + b);
        console.log(`\n${each(total)} us  ${thread}`);
        for (const [place, times] of descending(places).filter(([, times]) => times * 500 > samples.length))
            console.log(`${each(times)}     ${place}`);
    }
    for (const [name, times] of descending(functions).slice(0, Number(flags.functions)))
        console.log(`${each(times)}  ${name}`);
}

main().catch((error) => {
    console.error(`profile: ${error.stack}`);
    process.exit(1);
});
