// Everything that the conformance cases ask and get, held against the document: each reply against
// the schema of its route and status, each request that was accepted against that of its body.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Document, none } from './support/openapi.mjs';
import { root } from './support/server.mjs';

const build = path.resolve(root, process.env.SCRIP_BUILD ?? 'build');
const player = path.join(build, 'test/conformance/conformance-player');
const cases = path.join(root, 'test/conformance');

// domain/reject.def
const ledger = new Set([...readFileSync(path.join(root, 'src/domain/reject.def'), 'utf8')
    .matchAll(/^REJECT\((\w+),/gm)].map((match) => match[1].toLowerCase().replaceAll('_', '-')));

function scripts() {
    return readdirSync(cases, { recursive: true }).filter((name) => name.endsWith('.http'))
        .map((name) => path.join(cases, name)).sort();
}

// The steps of the page's tour are conformance cases too.
function tour(folder) {
    const page = readFileSync(path.join(root, 'docs/api/native.md'), 'utf8');
    const file = path.join(folder, 'tour.http');
    writeFileSync(file, [...page.matchAll(/^```http\n(.*?)^```$/gms)]
        .map((match) => `### a step of the page\n${match[1]}\n`).join(''));
    return file;
}

function exchangesOf(folder) {
    const lines = path.join(folder, 'lines');
    const isLater = (file) => file.endsWith('contract_b.http');
    const files = [...scripts().filter((file) => !isLater(file)), tour(folder)];
    // Whether the replies are as the cases expect is for the player's own suites to say.
    const play = (...args) => {
        const { status, stderr } = spawnSync(player, ['--record', lines, ...args]);
        assert.ok(status === 0 || status === 1, `${player}: ${stderr}`);
    };
    play(...files);
    play('--embedded', ...files);
    play('--contract-b', ...scripts().filter(isLater));
    return readFileSync(lines, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
}

describe('the traffic of the conformance cases', () => {
    let folder;
    let document;
    let exchanges;

    before(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'scrip-openapi-'));
        exchanges = exchangesOf(folder);
        const served = exchanges.find((one) => one.path === '/openapi.json' && one.status === 200);
        document = new Document(JSON.parse(served.body));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('is as documented', () => {
        const wrong = exchanges.flatMap((exchange) => document.check(exchange).map((what) =>
            `${exchange.method} ${exchange.path} ${exchange.status}: ${what}`));
        assert.ok(exchanges.length > 1000, `${exchanges.length} exchanges`);
        none(wrong);
    });

    it('has a success of every operation', () => {
        const ids = document.operations.map((operation) => operation.operationId);
        none(ids.filter((id) => !document.succeeded.has(id)));
    });

    // What is there for every route, and what takes 100,000 grants first.
    it('has every refusal of the ledger that is documented', () => {
        const general = /\/(key-reused|account-full)$/;
        const isOfLedger = (refusal) => ledger.has(refusal.split('/').at(-1));
        none(document.refusals().filter((refusal) => isOfLedger(refusal) && !general.test(refusal)
            && !document.refused.has(refusal)));
    });

    it('has every member that is documented', () => {
        none(document.members().filter((member) => !document.seen.has(member)));
    });
});
