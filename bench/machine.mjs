// What the figures were measured on, and what else happened meanwhile.

import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const TICKS_PER_SECOND = 100; // USER_HZ, fixed on Linux

function output(file, ...args) {
    try {
        return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
            .trim();
    } catch {
        return '';
    }
}

// The CPUs that this process may use, as numbers.
export function cpusAllowed() {
    const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return list.split(',').flatMap((range) => {
        const [first, last = first] = range.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

// Seconds of CPU that a process has used, in user space and in the kernel, all threads.
export function cpuSeconds(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

// The same with all processes below it, those that have ended too.
export function cpuSecondsWithChildren(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, child) => {
        try {
            return sum + cpuSeconds(child);
        } catch {
            return sum; // it has just ended
        }
    }, own / TICKS_PER_SECOND);
}

// Bytes of memory of the process alone: what it has taken from the heap and by mmap, without files.
export function memoryBytes(pid) {
    const [, kilobytes] = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(kilobytes) * 1024;
}

// Ticks of all CPUs so far; of these, spent at work, and given to others by a hypervisor.
export function ticks() {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
    const counts = line.split(/\s+/).slice(1, 9).map(Number);
    const [, , , idle, waiting, , , stolen] = counts;
    const all = counts.reduce((a, b) => a + b);
    return { all, busy: (all - idle - waiting - stolen) / TICKS_PER_SECOND, stolen };
}

// The median time of an append of 4 kB and its fdatasync: what one commit costs at least.
export function syncMicroseconds(folder) {
    const file = path.join(folder, 'sync-probe');
    const fd = openSync(file, 'w');
    const bytes = Buffer.alloc(4096);
    const times = [];
    const end = process.hrtime.bigint() + 500_000_000n;
    while (process.hrtime.bigint() < end && times.length < 2000) {
        const start = process.hrtime.bigint();
        writeSync(fd, bytes);
        fdatasyncSync(fd);
        times.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    closeSync(fd);
    rmSync(file);
    return times.sort((a, b) => a - b)[times.length >> 1];
}

export function fileSystem(folder) {
    return output('stat', '-f', '-c', '%T', folder) || 'unknown';
}

export function describeMachine(root) {
    const commit = output('git', '-C', root, 'rev-parse', '--short', 'HEAD');
    const changed = output('git', '-C', root, 'status', '--porcelain', '--untracked-files=no');
    return {
        commit: commit && changed ? `${commit}, with changes` : commit || 'unknown',
        cpu: `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.cpus().length} CPUs`,
        kernel: `${os.type()} ${os.release()}`,
    };
}
