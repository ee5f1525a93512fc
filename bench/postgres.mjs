// PostgreSQL to compare with: a cluster of our own in a folder beside the book, on the same disk,
// pinned as our server is, durable as it comes (fsync and synchronous_commit on), reached over a
// Unix socket, loaded by pgbench with prepared statements.  What only costs it time over a run of
// minutes is off or far away: autovacuum, checkpoints.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../test/node/support/server.mjs';
import { cpuSecondsWithChildren } from './machine.mjs';

const INSTALLED = '/usr/lib/postgresql';
const SETTINGS = {
    autovacuum: 'off', checkpoint_timeout: '1h', listen_addresses: '', max_connections: '100',
    max_wal_size: '16GB', shared_buffers: '512MB',
};

function newestFolder() {
    if (!existsSync(INSTALLED))
        return null;
    const [newest] = readdirSync(INSTALLED).sort((a, b) => b - a)
        .map((version) => path.join(INSTALLED, version, 'bin'))
        .filter((folder) => existsSync(path.join(folder, 'pgbench')));
    return newest ?? null;
}

const number = (text, pattern) => {
    const found = pattern.exec(text);
    if (found === null)
        throw new Error(`pgbench did not say ${pattern}\n${text}`);
    return Number(found[1]);
};

export class Postgres {
    static isInstalled = () => newestFolder() !== null;

    constructor(folder, { script, sql, customers, serverPin, loadPin }) {
        Object.assign(this, { script, sql, customers, serverPin, loadPin, done: 0 });
        this.folder = path.join(folder, 'postgres');
        this.bin = newestFolder();
        // A path of a socket may not be long.
        this.sockets = mkdtempSync(path.join(tmpdir(), 'scrip-pg-'));
        // It refuses to run as root.
        this.user = process.getuid() === 0
            ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
    }

    #command(tool, ...args) {
        const [file, ...rest] = [...this.user, path.join(this.bin, tool), ...args];
        return execFileSync(file, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    }

    #psql(...args) {
        const all = ['-h', this.sockets, '-U', 'bench', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1',
            '-qAt', ...args];
        return execFileSync(path.join(this.bin, 'psql'), all,
            { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    }

    async start() {
        mkdirSync(this.folder);
        if (this.user.length > 0) {
            const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
            for (const folder of [this.folder, this.sockets])
                chownSync(folder, id('-u'), id('-g'));
        }
        this.#command('initdb', '-D', this.folder, '-A', 'trust', '-U', 'bench', '--locale=C', '-E',
            'UTF8');
        const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
        const [file, ...args] = [...this.serverPin, ...this.user, path.join(this.bin, 'postgres'),
            '-D', this.folder, '-k', this.sockets, ...settings];
        let log = '';
        this.child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        for (const stream of [this.child.stdout, this.child.stderr])
            stream.on('data', (text) => { log = (log + text).slice(-65536); });
        this.exited = new Promise((resolve) => this.child.once('exit', resolve));
        process.on('exit', () => {
            this.child.kill('SIGQUIT');
            rmSync(this.sockets, { recursive: true, force: true });
        });
        try {
            await until('PostgreSQL to listen', () => spawnSync(path.join(this.bin, 'pg_isready'),
                ['-q', '-h', this.sockets]).status === 0);
        } catch (error) {
            throw new Error(`${error.message}\n${log}`);
        }
        this.version = this.#psql('-c', 'SHOW server_version');
        this.#psql('-v', `customers=${this.customers}`, '-f', this.sql);
        this.granted = this.#psql('-c', 'SELECT sum(balance) FROM grants');
        this.#psql('-c', 'CHECKPOINT');
    }

    // A run of pgbench, told as bench/load tells of its own.
    async run(connections, seconds) {
        const cpu = cpuSecondsWithChildren(this.child.pid);
        const [file, ...args] = [...this.loadPin, path.join(this.bin, 'pgbench'), '-h', this.sockets,
            '-U', 'bench', '-n', '-M', 'prepared', '-c', String(connections), '-j', '1',
            '-T', String(seconds), '-D', `customers=${this.customers}`, '-f', this.script, 'postgres'];
        const said = await new Promise((resolve, reject) => {
            const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
            let text = '';
            for (const stream of [child.stdout, child.stderr])
                stream.on('data', (more) => { text += more; });
            child.on('error', reject);
            child.on('close', (code) => code === 0 ? resolve(text)
                : reject(new Error(`pgbench: exit ${code}\n${text}`)));
        });
        const count = number(said, /transactions actually processed: (\d+)/);
        if (number(said, /number of failed transactions: (\d+)/) > 0)
            throw new Error(`pgbench: transactions failed\n${said}`);
        this.done += count;
        return {
            operations: count,
            perSecond: number(said, /^tps = ([\d.]+)/m),
            mean: number(said, /latency average = ([\d.]+) ms/) * 1000,
            cpuSeconds: cpuSecondsWithChildren(this.child.pid) - cpu,
        };
    }

    // As many entries as transactions, and what is missing of the grants is what they took.
    audit() {
        const [entries, taken, left] = this.#psql('-F', ' ', '-c',
            'SELECT count(*), coalesce(-sum(amount), 0), (SELECT sum(balance) FROM grants) FROM entries')
            .split(' ');
        if (Number(entries) !== this.done || BigInt(taken) !== BigInt(this.done)
            || BigInt(this.granted) - BigInt(left) !== BigInt(taken))
            throw new Error(`PostgreSQL: ${this.done} deductions of 1, but ${entries} entries of `
                + `${taken}, and ${left} left of ${this.granted}`);
    }

    async stop() {
        this.child.kill('SIGINT');
        await this.exited;
        rmSync(this.sockets, { recursive: true, force: true });
    }
}
