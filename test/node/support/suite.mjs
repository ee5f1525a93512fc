// What every suite that talks to a server has in common: one server for its tests, the server's
// log beside a failure, and at the end a clean stop and a proof of the book.

import { after, before, describe, it } from 'node:test';
import { documentOf } from './openapi.mjs';
import { Server } from './server.mjs';

const LOG_LINES_SHOWN = 40;

// tests(served) declares the tests with served.test(name, body).  In their bodies served.server
// runs, served.key is a key of the test environment and served.live one of the live environment.
export function suite(name, options, tests) {
    describe(name, () => {
        const served = {
            test(what, body) {
                it(what, async (t) => {
                    const start = served.server?.log.length;
                    try {
                        await body(t);
                    } catch (error) {
                        tellLog(t, served.server?.log.slice(start));
                        throw error;
                    }
                });
            },
        };
        before(async () => {
            served.server = await Server.start(options);
            served.server.document = await documentOf(served.server);
            served.key = await served.server.key('test');
            served.live = await served.server.key('live');
        });
        tests(served);
        after(async () => {
            const { server } = served;
            if (server?.child == null)
                return; // it never ran, which has been reported
            try {
                await server.stop();
                await server.verify();
            } finally {
                server.forget();
            }
        });
    });
}

// What the server said meanwhile; all of it where it did not come to speak before.
function tellLog(t, log) {
    for (const line of (log ?? '').split('\n').filter((text) => text !== '').slice(-LOG_LINES_SHOWN))
        t.diagnostic(`server: ${line}`);
}
