// The example prints what its page says.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { suite } from './support/suite.mjs';
import { root } from './support/server.mjs';

const folder = path.join(root, 'examples/ai-endpoint');

suite('examples', {}, (served) => {
    served.test('credits in front of an AI endpoint', async () => {
        const { stdout } = await promisify(execFile)(process.execPath,
            [path.join(folder, 'ai-endpoint.mjs')],
            { env: { ...process.env, SCRIP_URL: served.server.url, SCRIP_KEY: served.key.secret } });
        const page = readFileSync(path.join(folder, 'README.md'), 'utf8');
        const shown = /^\$ .*\n([^]*?)^```$/m.exec(page)[1];
        assert.equal(stdout, shown);
    });
});
