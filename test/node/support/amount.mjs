// Exact decimals for the auditors: a count of millionths, never a float.

export function millionths(text) {
    const parts = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(String(text));
    if (parts === null)
        throw new Error(`not a decimal of at most six places: ${JSON.stringify(text)}`);
    const count = BigInt(parts[2]) * 1_000_000n + BigInt((parts[3] ?? '').padEnd(6, '0'));
    return parts[1] === '-' ? -count : count;
}

export const sum = (counts) => counts.reduce((total, count) => total + count, 0n);
