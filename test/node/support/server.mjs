// A real server process, for tests that stand outside it: a fresh data directory, a free port,
// its log kept for the day that something fails.
//
// SCRIP_BIN names the binary under test; without it, build/scrip.

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = path.resolve(root, process.env.SCRIP_BIN ?? 'build/scrip');

const READY_MS = 60_000; // a sanitizer build on a busy machine
const STOP_MS = 60_000;
const LOG_BYTES_MAX = 1 << 20;

// Nothing outlives the test process: neither servers nor what they wrote.
const running = new Set();
const folders = new Set();
process.on('exit', () => {
    for (const child of running)
        child.kill('SIGKILL');
    for (const folder of folders)
        rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(parent = tmpdir()) {
    const folder = mkdtempSync(path.join(parent, 'scrip-test-'));
    folders.add(folder);
    return folder;
}

export function removeFolder(folder) {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
}

// Runs the binary to its end; never throws for an exit code.
export const scrip = (...args) => run(binary, args);

function run(file, args) {
    return new Promise((resolve, reject) => {
        execFile(file, args, { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
            if (error !== null && typeof error.code !== 'number')
                reject(error);
            else
                resolve({ code: error === null ? 0 : error.code, stdout, stderr });
        });
    });
}

export class Server {
    // file: the binary, if not the one under test.  args: further arguments of `scrip serve`.
    // command: what runs before the binary, such as taskset and its arguments; it must exec, so
    // that the process is the server.
    constructor({ file = binary, dataDir, args = [], command = [], env = {} } = {}) {
        this.ownsDataDir = dataDir === undefined;
        this.dataDir = dataDir ?? temporaryFolder();
        this.file = file;
        this.args = args;
        this.command = command;
        this.env = env;
        this.log = '';
        this.child = null;
    }

    static async start(options) {
        const server = new Server(options);
        await server.start();
        return server;
    }

    get pid() {
        return this.child.pid;
    }

    // Resolves when the server has said where it listens.
    async start() {
        const [file, ...args] = [
            ...this.command, this.file, 'serve', '--data', this.dataDir, '--listen', '127.0.0.1:0',
            ...this.args,
        ];
        const child = spawn(file, args, {
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, ...this.env },
        });
        this.child = child;
        running.add(child);
        this.exited = new Promise((resolve) => {
            child.once('exit', (code, signal) => {
                running.delete(child);
                resolve({ code, signal });
            });
        });
        child.stderr.on('data', (text) => this.#keep(text));

        this.url = await new Promise((resolve, reject) => {
            const fail = (why) => reject(new Error(`the server ${why}\n${this.log}`));
            const late = setTimeout(() => fail(`was not ready in ${READY_MS} ms`), READY_MS);
            let said = '';
            child.stdout.on('data', (text) => {
                this.#keep(text);
                said += text;
                const ready = /^listening on (https?:\/\/\S+)$/m.exec(said);
                if (ready !== null) {
                    clearTimeout(late);
                    resolve(ready[1]);
                }
            });
            child.once('error', (error) => {
                clearTimeout(late);
                running.delete(child);
                fail(`could not be started: ${error.message}`);
            });
            this.exited.then(({ code, signal }) => {
                clearTimeout(late);
                fail(`ended at once: ${signal ?? `exit ${code}`}`);
            });
        });
        this.port = Number(new URL(this.url).port);
    }

    // A command on this data directory, which must succeed; what it printed.
    async #tool(...args) {
        const { code, stdout, stderr } = await run(this.file, [...args, '--data', this.dataDir]);
        if (code !== 0)
            throw new Error(`scrip ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
        return stdout;
    }

    #keep(text) {
        this.log = (this.log + text).slice(-LOG_BYTES_MAX);
    }

    // A key of this data directory, once the running server knows it.
    async key(env = 'test', ...args) {
        const text = await this.#tool('key', 'create', '--env', env, '--json', ...args);
        const { client_id: clientId, secret } = JSON.parse(text);
        const key = { clientId, secret, environment: env };
        await until(`key ${clientId} to be known`, async () => {
            const reply = await fetch(`${this.url}/scrip/v1/book`, {
                headers: { authorization: `Bearer ${secret}` },
            });
            await reply.arrayBuffer();
            return reply.status === 200;
        });
        return key;
    }

    // Asks it to end, and insists on a clean end.
    async stop() {
        if (this.child.exitCode === null && this.child.signalCode === null)
            this.child.kill('SIGTERM');
        const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
        const { code, signal } = await this.exited;
        clearTimeout(late);
        if (code !== 0)
            throw new Error(`after SIGTERM the server ended with ${signal ?? `exit ${code}`}\n`
                + this.log);
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.exited;
    }

    async restart() {
        await this.stop();
        await this.start();
    }

    // The book, proved by the tool that everybody has.
    async verify() {
        return this.#tool('verify');
    }

    forget() {
        if (this.ownsDataDir)
            removeFolder(this.dataDir);
    }
}

// Asks again and again, for what another process does in its own time.
export async function until(what, condition, patienceMs = 10_000) {
    const end = Date.now() + patienceMs;
    for (;;) {
        if (await condition())
            return;
        if (Date.now() > end)
            throw new Error(`waited ${patienceMs} ms in vain for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}
