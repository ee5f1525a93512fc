// The document's examples, played: each request is sent as it stands, in the order of a story, must
// succeed, and its reply must be the example of the reply, where there is one.  What is new each
// time, ids, instants and places in the book, must be of the same kind.

import assert from 'node:assert/strict';
import { ask } from './support/http.mjs';
import { none } from './support/openapi.mjs';
import { suite } from './support/suite.mjs';

const KINDS = [
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/,
    /^(cus|crd|kci)_[0-9a-f]{32}$/,
    /^sk_test\..{20,}$/,
    /^[0-9a-f]{64}$/,
];

// The path of the first difference; undefined: there is none.
function difference(example, got, at = '') {
    if (typeof example === 'string' && typeof got === 'string') {
        const kind = KINDS.find((pattern) => pattern.test(example));
        return (kind?.test(got) ?? example === got) ? undefined : `${at}: ${got}`;
    }
    if (example === null || typeof example !== 'object' || got === null || typeof got !== 'object')
        return example === got || at.endsWith('.sequence') ? undefined : `${at}: ${got}`;
    const names = [...new Set([...Object.keys(example), ...Object.keys(got)])];
    for (const name of names) {
        if (!(name in example) || !(name in got))
            return `${at}.${name}: ${JSON.stringify(got[name])}`;
        const found = difference(example[name], got[name], `${at}.${name}`);
        if (found !== undefined)
            return found;
    }
    return undefined;
}

const customer = '9b9c5e3f-0e3d-4c4e-9d3e-2b1f5f0c8a11';
const grant = '702f93a4-cf06-4d79-b9bd-458bcb0f7b7a';

// [operation, what its path has in braces].  A function is given the replies so far, by operation.
const story = [
    ['createCustomer'], ['createCreditType'], ['createProduct'], ['createGrant'],
    ['getGrant', grant], ['deduct'], ['createHold'], ['getBalance', 'acme'],
    ['getHold', ({ createHold }) => createHold.id],
    ['extendHold', ({ createHold }) => createHold.id],
    ['captureHold', ({ createHold }) => createHold.id],
    ['reverseDeduction', ({ deduct }) => deduct.id],
    ['getDeduction', ({ deduct }) => deduct.id],
    ['deductBatch'], ['setCreditLimit', 'acme'], ['editGrant', grant], ['updateCustomer', 'acme'], ['createKey'],
    ['revokeKey', ({ createKey }) => createKey.client_id],
    ['metronomeCreateCustomer'], ['metronomeAddFieldKey'], ['metronomeSetFieldValues'],
    ['metronomeDeleteFieldValues'], ['metronomeListFieldKeys'], ['metronomeRemoveFieldKey'],
    ['metronomeSetName', customer], ['metronomeSetIngestAliases', customer],
    ['metronomeCreateGrant'], ['metronomeListGrants'], ['metronomeListEntries'],
    ['metronomeEditGrant'], ['metronomeVoidGrant'],
    ['kableCreateCustomer'], ['kableUpdateCustomer', 'globex'],
    ['kableCreateCreditGrant', 'globex'], ['kableCreateEvents'], ['kableCreateEventsToo'],
    ['kableGetCreditBalance', 'globex'], ['kableCreateKey'], ['kableRevokeKeys'],
    ['metronomeArchiveCustomer'], ['voidGrant', grant], ['setTestClock'], ['getTestClock'],
    ['healthz'], ['readyz'],
];

suite('the examples of the document', {}, (served) => {
    served.test('are accepted, and answered as it says', async () => {
        const { server } = served;
        const { document } = server;
        const admin = await server.key('test', '--scope', 'admin', '--name', 'billing');
        const replies = {};
        const wrong = [];
        for (const [id, where] of story) {
            const operation = document.operations.find((one) => one.operationId === id);
            const path = operation.template.replace(/\{\w+\}/,
                typeof where === 'function' ? where(replies) : where);
            const schema = operation.requestBody?.content['application/json'].schema;
            const auth = id.startsWith('kable') ? { kable: admin } : { key: admin };
            const reply = await ask(server, operation.method, path,
                { ...auth, body: document.exampleOf(schema) });
            assert.equal(reply.status, 200, `${id}: ${reply.text}`);
            replies[id] = reply.text === '' ? undefined : reply.json;
            const example = document.exampleOf(
                document.resolve(operation.responses[200]).content?.['application/json'].schema);
            if (example !== undefined)
                wrong.push(difference(example, replies[id], id));
        }
        none(wrong.filter((what) => what !== undefined));
    });

    served.test('are all in that story', async () => {
        const { document } = served.server;
        none(document.operations.filter(({ operationId, requestBody }) =>
            document.exampleOf(requestBody?.content['application/json'].schema) !== undefined
            && !story.some(([id]) => id === operationId)).map((one) => one.operationId));
    });
});
