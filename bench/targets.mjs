// What is to be reached, and what was: a row each, with a value for every round.

const pairs = (one, other, merge) => one.map((run, i) => merge(run, other[i]));
const share = (one, other) => pairs(one, other, (a, b) => a.perSecond / b.perSecond);

// found: runs(id) of the lines; points, of the growth; memory; opening; syncs, in us, of each round.
// How: 'least' or 'most' of that number is wanted.
export function targets(found) {
    const { runs, points, memory, opening, syncs, size } = found;
    const p99 = (list) => list.map((run) => run.reply.p99 / 1000);
    const rows = [
        ['deductions, 256 connections', '0.60 of /healthz', 'least', 0.6,
            share(runs('deduct-256'), runs('healthz-256'))],
        ['deductions, 64 connections', '0.50 of /healthz', 'least', 0.5,
            share(runs('deduct-64'), runs('healthz-64'))],
        ['their p99', '3 ms', 'most', 3, p99(runs('deduct-64'))],
        ['one connection, p50', '3.00 of an fdatasync', 'most', 3,
            pairs(runs('deduct-1'), syncs, (run, sync) => run.reply.p50 / sync)],
        ['one hot customer, 256 connections', '0.90 of spread', 'least', 0.9,
            share(runs('hot-256'), runs('deduct-256'))],
        ['batches of 1,000', '150,000 a second', 'least', 150_000,
            runs('batch-1000').map((run) => run.perSecond)],
        ['balances, 64 connections', '0.85 of /healthz', 'least', 0.85,
            share(runs('balance-64'), runs('healthz-64'))],
        ...grown(points),
        ['memory a grant, its customer too', '400 bytes', 'most', 400, [memory.grant.allIn]],
        ['memory a remembered key', '24 bytes', 'most', 24, [memory.key]],
        [`opening, clean (${size})`, '10 s', 'most', 10, [opening.stop.seconds], !found.isLarge],
        [`opening, after kill -9 (${size})`, '20 s', 'most', 20, [opening.kill.seconds], !found.isLarge],
    ];
    const rivals = ['postgres-16', 'postgres-64'].map(runs).filter((list) => list.length > 0);
    if (rivals.length > 0) {
        const best = pairs(...rivals, (a, b) => a.perSecond > b.perSecond ? a : b);
        rows.push(['deductions, 64 connections', '8.0 of PostgreSQL', 'least', 8,
            share(runs('deduct-64'), best)]);
    }
    return rows.map(([what, reach, how, bound, values, isOther]) =>
        ({ what, reach, how, bound, values, isOther: isOther ?? false }));
}

// As a share of /healthz, asked in the same seconds: the machine may have changed meanwhile.
function grown(points) {
    const [few, many] = [points.find((point) => point.deductions >= 100_000) ?? points[0],
        points.at(-1)];
    if (few === many)
        return [];
    const between = `${few.deductions.toExponential(0)} to ${many.deductions.toExponential(0)}`;
    return [['deductions, 256 connections', 'deduct'], ['balances, 64 connections', 'balance']]
        .map(([what, kind]) => [`${what}: book grown from ${between}`, '0.90 of before', 'least', 0.9,
            pairs(share(few[kind], few.healthz), share(many[kind], many.healthz),
                (before, after) => after / before),
            many.deductions < 10_000_000]);
}
