// The figures as a table that reads the same in a terminal and as Markdown.

const median = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const grouped = (number) => Math.round(number).toLocaleString('en-US');
const milliseconds = (us) => (us / 1000).toFixed(2);

const OTHERS_PERCENT_MAX = 15; // the kernel's own work for the two is in it

const columns = [
    ['what', (line) => line.name],
    ['conn.', (line) => String(line.connections)],
    ['per second', (line, runs) => grouped(median(runs.map(({ perSecond }) => perSecond)))],
    ['min', (line, runs) => grouped(Math.min(...runs.map(({ perSecond }) => perSecond)))],
    ['max', (line, runs) => grouped(Math.max(...runs.map(({ perSecond }) => perSecond)))],
    ['p50 ms', (line, runs) => milliseconds(median(runs.map(({ p50 }) => p50)))],
    ['p99 ms', (line, runs) => milliseconds(median(runs.map(({ p99 }) => p99)))],
    ['worst ms', (line, runs) => milliseconds(Math.max(...runs.map(({ max }) => max)))],
    ['CPU us each', (line, runs) => median(runs.map(({ cpuMicroseconds }) => cpuMicroseconds)).toFixed(1)],
    ['server %', (line, runs) => median(runs.map((run) => run.serverPercent)).toFixed(0)],
    ['load %', (line, runs) => median(runs.map((run) => run.loadPercent)).toFixed(0)],
    ['steal %', (line, runs) => median(runs.map(({ stealPercent }) => stealPercent)).toFixed(1)],
];

export function table(results) {
    const rows = [...results].map(([line, runs]) => columns.map(([, cell]) => cell(line, runs)));
    const heads = columns.map(([head]) => head);
    const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
    const pad = (cells) => cells.map((cell, i) =>
        i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
    const rule = widths.map((width, i) => i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`);
    return [pad(heads), rule, ...rows.map(pad)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function report({ machine, results, rounds, seconds, customers, drawn, proof }) {
    const others = median([...results.values()].flat().map((run) => run.othersPercent));
    const late = [...results.values()].flat().reduce((total, run) => total + run.late, 0);
    return `# Benchmark, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC

- commit: ${machine.commit}
- machine: ${machine.cpu}; ${machine.kernel}; data on ${machine.fileSystem}; \
4 kB appended and synced: ${Math.round(machine.sync)} us
- ${machine.pins}; wrk on loopback; one network thread
- everything else on the machine used ${others.toFixed(0)} % of one CPU meanwhile\
${others > OTHERS_PERCENT_MAX ? ': **the rates and times below are not to be trusted**' : ''}
- ${customers} customers with 3 grants each; ${rounds} interleaved rounds of ${seconds} s a line; \
medians of the rounds; min and max are of the rate
- audited first: each run's answered deductions are the entries that the book grew by \
(${grouped(Number(drawn))} in all${late > 0 ? `; ${late} replies came after the count` : ''}); \
the balances of all customers add up; scrip verify:

\`\`\`
${proof.trim()}
\`\`\`

${table(results)}

"CPU us each" is of the server process, all threads, kernel included; of a batch, for each of its
deductions.  "server %" and "load %" are of one CPU: where the load has come to 100, it is the
load that could do no more.
`;
}
