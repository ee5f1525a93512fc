// The document of GET /openapi.json, and what it says of an exchange: {method, path, query, request,
// status, type, headers, body}, all but the status and the headers as text.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { root } from './server.mjs';

const SHOWN_MAX = 40;
const DIALECT = /^\/(v1|v2|api)(\/|$)/; // whose errors are messages
const PROBLEM = 'application/problem+json';
const FACE = /^\/[a-z.]+$/;
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'];

// What the network itself may say of any request: http/fault.def.
const faults = new Set([...readFileSync(path.join(root, 'src/http/fault.def'), 'utf8')
    .matchAll(/^FAULT\(\w+, (\d+),/gm)].map((match) => Number(match[1])));

export class Document {
    constructor(json) {
        this.json = json;
        this.ajv = new Ajv2020({ strictTypes: false, allErrors: true });
        addFormats(this.ajv);
        this.ajv.addSchema({ $id: 'document', $defs: local(json.components.schemas) });
        this.compiled = new Map();
        this.succeeded = new Set(); // operations that have answered with a 2xx
        this.seen = new Set(); // members that were in a reply, or in a request that was accepted
        this.refused = new Set(); // "getGrant /problems/grant-unknown"
        this.operations = Object.entries(json.paths).flatMap(([template, item]) => {
            const at = this.resolve(item);
            return METHODS.filter((method) => method in at).map((method) => ({
                ...at[method],
                method: method.toUpperCase(),
                template,
                pattern: new RegExp(`^${template.replaceAll('.', '\\.')
                    .replace(/\{\w+\}/g, '[^/]+')}$`),
                parameters: [...(at.parameters ?? []), ...(at[method].parameters ?? [])]
                    .map((parameter) => this.resolve(parameter)),
            }));
        }).sort((a, b) => count(a.template, '{') - count(b.template, '{'));
    }

    resolve(node) {
        if (node?.$ref === undefined)
            return node;
        const target = node.$ref.slice(2).split('/').reduce((at, key) => at?.[unescaped(key)],
            this.json);
        if (target === undefined)
            throw new Error(`${node.$ref} is nowhere`);
        return this.resolve(target);
    }

    exampleOf(schema) {
        return this.resolve(schema)?.examples?.[0];
    }

    find(method, target) {
        return this.operations.find((one) => one.method === method && one.pattern.test(target));
    }

    // What is wrong with a value, one text each.
    faultsOf(schema, value, where) {
        const text = JSON.stringify(schema);
        if (!this.compiled.has(text))
            this.compiled.set(text, this.ajv.compile(local(schema)));
        const validate = this.compiled.get(text);
        if (validate(value))
            return [];
        return validate.errors.map((error) => `${where}${error.instancePath} ${error.message} `
            + JSON.stringify(error.params));
    }

    // Where a reply is not what the document says, or an accepted request is not.
    check(exchange) {
        const operation = this.find(exchange.method, exchange.path);
        if (operation === undefined)
            return this.#checkStray(exchange);
        const success = exchange.status >= 200 && exchange.status < 300;
        if (success)
            this.succeeded.add(operation.operationId);
        return [
            ...this.#checkReply(operation, exchange),
            ...(success ? this.#checkRequest(operation, exchange) : []),
        ];
    }

    // Fails unless a reply of fetch, with its text, is as documented.
    hold(method, target, request, reply, body) {
        const [at, query = ''] = target.split('?');
        none(this.check({
            method, path: at, query, request, status: reply.status, body,
            type: reply.headers.get('content-type') ?? '',
            headers: Object.fromEntries([...reply.headers]
                .filter(([name]) => !ADDED.includes(name))),
        }));
    }

    // Of a path or a method that is not in the document.
    #checkStray({ method, path: target, status, body }) {
        const isKnown = this.operations.some((operation) => operation.pattern.test(target));
        const due = isKnown ? 405 : 404;
        if (method === 'HEAD' && isKnown)
            return [];
        if (status !== due && !faults.has(status))
            return [`is not in the document, and answered with ${status} instead of ${due}`];
        if (body === '')
            return FACE.test(target) || method === 'HEAD' ? [] : ['is answered with nothing'];
        const name = faults.has(status) || DIALECT.test(target) ? 'Message' : 'Problem';
        return this.faultsOf({ $ref: `#/components/schemas/${name}` }, JSON.parse(body), 'body');
    }

    #checkReply(operation, { status, type, headers, body }) {
        const found = operation.responses[status]
            ?? (faults.has(status) ? operation.responses.default : undefined);
        if (found === undefined)
            return [`the status ${status} is not documented`];
        const response = this.resolve(found);
        return [
            ...this.#checkHeaders(response, headers),
            ...this.#checkContent(operation.operationId, response, type, body),
        ];
    }

    #checkHeaders(response, headers) {
        const known = new Map(Object.entries(response.headers ?? {})
            .map(([name, header]) => [name.toLowerCase(), this.resolve(header)]));
        return Object.entries(headers).flatMap(([name, value]) => {
            const header = known.get(name.toLowerCase());
            return header === undefined ? [`the header ${name} is not documented`]
                : this.faultsOf(header.schema, value, name);
        });
    }

    #checkContent(operationId, response, type, body) {
        if (response.content === undefined)
            return body === '' ? [] : ['a body is not documented'];
        const content = response.content[type];
        if (content === undefined)
            return [`the type ${type} is not documented`];
        if (content['x-line'] !== undefined)
            return body.split('\n').filter((line) => line !== '')
                .flatMap((line) => this.#checkValue(content['x-line'], JSON.parse(line), 'line'));
        const value = /json$/.test(type) ? JSON.parse(body) : body;
        if (type === PROBLEM)
            this.refused.add(`${operationId} ${value.type}`);
        return this.#checkValue(content.schema, value, 'body');
    }

    #checkValue(schema, value, where) {
        this.#note(schema, value);
        return this.faultsOf(schema, value, where);
    }

    #checkRequest(operation, { query, request }) {
        const found = this.#checkQuery(operation, query);
        if (operation.requestBody === undefined)
            return found;
        const { required, content } = operation.requestBody;
        const body = request === '' ? null : withoutNulls(JSON.parse(request));
        if (body === null)
            return required ? [...found, 'a request without a body was accepted'] : found;
        return [...found,
            ...this.#checkValue(content['application/json'].schema, body, 'request')];
    }

    // Of the native API; the others ignore what they do not know.
    #checkQuery(operation, query) {
        if (!operation.template.startsWith('/scrip'))
            return [];
        return [...new URLSearchParams(query)].flatMap(([name, value]) => {
            const parameter = operation.parameters
                .find((one) => one.in === 'query' && one.name === name);
            if (parameter === undefined)
                return [`the parameter ${name} is not documented`];
            this.seen.add(`${operation.operationId}?${name}`);
            return this.faultsOf(parameter.schema, typed(parameter.schema, value), name);
        });
    }

    // Remembers which members of which schema there were.
    #note(schema, value) {
        const name = schema.$ref?.split('/').at(-1) ?? '';
        const at = this.resolve(schema);
        for (const one of [...(at.anyOf ?? []), ...(at.allOf ?? [])])
            this.#note(one, value);
        if (Array.isArray(value) && at.items !== undefined)
            value.forEach((element) => this.#note(at.items, element));
        else if (value !== null && typeof value === 'object')
            for (const [key, member] of Object.entries(value)) {
                if (at.properties?.[key] === undefined)
                    continue;
                this.seen.add(`${name}.${key}`);
                this.#note(at.properties[key], member);
            }
    }

    // What each operation of the native API can be refused with.
    refusals() {
        return this.operations.flatMap(({ operationId, responses }) => Object.values(responses)
            .flatMap((response) => this.resolve(response).content?.[PROBLEM]?.schema.properties.type
                .enum ?? [])
            .map((type) => `${operationId} ${type}`));
    }

    // The members of the schemas that have a name, and the parameters of the native API.
    members() {
        const schemas = Object.entries(this.json.components.schemas).flatMap(([name, schema]) =>
            Object.keys(schema.properties ?? {}).map((member) => `${name}.${member}`));
        const parameters = this.operations.filter((one) => one.template.startsWith('/scrip'))
            .flatMap((one) => one.parameters.filter((parameter) => parameter.in === 'query')
                .map((parameter) => `${one.operationId}?${parameter.name}`));
        return [...schemas, ...parameters];
    }
}

// As the server itself gives it.
export async function documentOf(server) {
    const reply = await fetch(`${server.url}/openapi.json`);
    assert.equal(reply.status, 200);
    return new Document(await reply.json());
}

// What the network adds to every reply.
const ADDED = ['connection', 'content-length', 'content-type', 'date', 'keep-alive'];

// Fails with what there is, each once.
export function none(faultTexts) {
    const texts = [...new Set(faultTexts)];
    assert.equal(texts.length, 0, texts.slice(0, SHOWN_MAX).join('\n'));
}

const count = (text, c) => text.split(c).length;
const unescaped = (key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');

// A schema as it stands outside the document.
const local = (schema) => JSON.parse(JSON.stringify(schema)
    .replaceAll('"#/components/schemas/', '"document#/$defs/'));

// A member that is null is as good as left out.
function withoutNulls(value) {
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (value === null || typeof value !== 'object')
        return value;
    return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)
        .map(([name, member]) => [name, withoutNulls(member)]));
}

function typed(schema, text) {
    if (schema.type === 'integer')
        return Number(text);
    return schema.type === 'boolean' ? { true: true, false: false }[text] : text;
}
