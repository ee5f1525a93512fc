// The figures as tables that read the same in a terminal and as Markdown.

import { targets } from './targets.mjs';

export const median = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const grouped = (number) => Math.round(number).toLocaleString('en-US');
const milliseconds = (us) => us === undefined ? '' : (us / 1000).toFixed(2);
const short = (number) => number >= 1000 ? grouped(number) : number >= 100 ? number.toFixed(0)
    : number.toFixed(2);

const OTHERS_PERCENT_MAX = 15; // the kernel's own work for the two is in it

function table(heads, rows, leftAligned = 1) {
    const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
    const pad = (cells) => cells.map((cell, i) =>
        i < leftAligned ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
    const rule = widths.map((width, i) => i < leftAligned ? '-'.repeat(width)
        : `${'-'.repeat(width - 1)}:`);
    return [pad(heads), rule, ...rows.map(pad)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function verdict({ values, how, bound, isOther }) {
    const value = median(values);
    const word = (how === 'least' ? value >= bound : value <= bound) ? 'yes' : 'NO';
    return isOther ? `${word}, at this size` : word;
}

export const targetTable = (found) => table(
    ['what', 'to reach', 'reached', 'min', 'max', 'verdict'],
    targets(found).map((row) => [
        row.what, `at ${row.how} ${row.reach}`, short(median(row.values)),
        short(Math.min(...row.values)), short(Math.max(...row.values)), verdict(row),
    ]), 2);

const over = (runs, of) => median(runs.map(of));
const columns = [
    ['conn.', (line) => String(line.connections)],
    ['per second', (line, runs) => grouped(over(runs, (run) => run.perSecond))],
    ['min', (line, runs) => grouped(Math.min(...runs.map((run) => run.perSecond)))],
    ['max', (line, runs) => grouped(Math.max(...runs.map((run) => run.perSecond)))],
    ['p50 ms', (line, runs) => milliseconds(over(runs, (run) => run.reply.p50))],
    ['p99 ms', (line, runs) => milliseconds(over(runs, (run) => run.reply.p99))],
    ['worst ms', (line, runs) => milliseconds(Math.max(...runs.map((run) => run.reply.max)))],
    ['CPU us each', (line, runs) => over(runs, (run) => run.cpuMicroseconds).toFixed(1)],
    ['server %', (line, runs) => over(runs, (run) => run.serverPercent).toFixed(0)],
    ['load %', (line, runs) => over(runs, (run) => run.loadPercent).toFixed(0)],
    ['steal %', (line, runs) => over(runs, (run) => run.stealPercent).toFixed(1)],
];
const withoutUnknown = (text) => text === 'NaN' ? '' : text;

const lineTable = (results) => table(['what', ...columns.map(([head]) => head)],
    [...results].filter(([, runs]) => runs.length > 0).map(([line, runs]) =>
        [line.name, ...columns.map(([, cell]) => withoutUnknown(cell(line, runs)))]));

const growthTable = (points) => table(
    ['deductions in the book, to', '/healthz a second', 'deductions', 'of /healthz', 'CPU us each',
        'balances', 'of /healthz', 'CPU us each'],
    points.map((point) => {
        const each = (kind) => [
            grouped(over(point[kind], (run) => run.perSecond)),
            median(point[kind].map((run, i) => run.perSecond / point.healthz[i].perSecond)).toFixed(2),
            over(point[kind], (run) => run.cpuMicroseconds).toFixed(1),
        ];
        return [`${grouped(point.deductions)} ${grouped(point.until)}`,
            grouped(over(point.healthz, (run) => run.perSecond)), ...each('deduct'), ...each('balance')];
    }));

const overloadTable = (overload) => table(
    ['times', 'asked a second', 'done a second', 'refused, %', 'p50 ms', 'p99 ms', 'worst ms',
        'p99 ms, since due', 'server %', 'load %'],
    overload.map(({ times, rate, run }) => [
        String(times), grouped(rate), grouped(run.perSecond),
        (100 * run.busy / run.sent).toFixed(1), milliseconds(run.reply.p50),
        milliseconds(run.reply.p99), milliseconds(run.reply.max), milliseconds(run.due.p99),
        run.serverPercent.toFixed(0), run.loadPercent.toFixed(0),
    ]));

function heading({ machine, found, rounds, seconds, customers, postgres }) {
    const others = median([...found.results.values()].flat().map((run) => run.othersPercent ?? 0));
    const trust = others > OTHERS_PERCENT_MAX
        ? ': **the rates and times below are not to be trusted**' : '';
    return `# Benchmark, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC

- commit: ${machine.commit}
- machine: ${machine.cpu}; ${machine.kernel}; data on ${machine.fileSystem}; \
4 kB appended and synced: ${Math.round(median(found.syncs))} us
- ${machine.pins}; bench/load on loopback; one network thread
- everything else on the machine used ${others.toFixed(0)} % of one CPU meanwhile${trust}
- ${grouped(customers)} customers with 3 grants each; ${rounds} interleaved rounds of ${seconds} s a \
line; medians of the rounds
- ${postgres === null ? 'PostgreSQL is not installed, and was not compared with' : `PostgreSQL \
${postgres.version}: fsync and synchronous_commit on, prepared statements over a Unix socket, \
bench/postgres.sql`}`;
}

// The same comparison where the load was the limit, or the machine busy.
function byCpu({ runs }) {
    const cpu = (id) => over(runs(id), (run) => run.cpuMicroseconds);
    return [['healthz-256', 'deduct-256', 'deductions over 256 connections'],
        ['healthz-64', 'deduct-64', 'over 64'], ['healthz-64', 'balance-64', 'balances']]
        .map(([ceiling, id, what]) => `${what} ${(cpu(ceiling) / cpu(id)).toFixed(2)}`).join(', ');
}

export function report(all) {
    const { found, proof, deducted } = all;
    const { memory, opening } = found;
    return `${heading(all)}
- audited first: after each run the book had grown by exactly the deductions that were answered \
(${grouped(deducted)} in all); the balances of all customers add up, after kill -9; scrip verify:

\`\`\`
${proof.trim()}
\`\`\`

${targetTable(found)}

By CPU time of the server instead of requests a second, of /healthz: ${byCpu(found)}.

The lines that these come from:

${lineTable(found.results)}

"CPU us each" is of the server, all threads and processes, kernel included; of a batch, for each of
its deductions.  "server %" and "load %" are of one CPU: where the load has come to 100, it is the
load that could do no more.

As the book grows:

${growthTable(found.points)}

More than it can do (deductions at a fixed rate, ${found.overloadConnections} connections; once is \
what 256 connections got, each asking when it was answered).  "since due" counts from when a request
should have been sent:

${overloadTable(found.overload)}

Memory, as the process's anonymous pages (RssAnon) grew once SQLite's cache of pages was full: ${grouped(memory.grant.allIn)} bytes a grant \
with its share of a customer (${grouped(memory.grant.grant)} without); \
a remembered key ${memory.key.toFixed(1)} bytes, at worst of ${memory.marks.length} sizes from \
${grouped(memory.marks[0].keys)} to ${grouped(memory.marks.at(-1).keys)} keys, \
${Math.min(...memory.marks.map((mark) => mark.bytes)).toFixed(1)} at best.
Opening (${found.size}), until it listens, files in the page cache: ${opening.stop.seconds.toFixed(2)} s \
after a clean stop (${opening.stop.cpu.toFixed(2)} s of CPU), ${opening.kill.seconds.toFixed(2)} s after
kill -9 under load (${opening.kill.cpu.toFixed(2)} s of CPU).
`;
}
