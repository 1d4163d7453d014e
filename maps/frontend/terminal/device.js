// The city's API, as this device.

import {fact, remember} from './store.js';

const TIMEOUT_MS = 8000;

/** Thrown when nothing answers, or the server could not: the same request may be sent again. */
export class NoNetwork extends Error {}

/** Thrown for a refusal; `code` and `message` are the server's. */
export class Refused extends Error {
    constructor(problem) {
        super(problem.detail ?? problem.title ?? '');
        this.code = problem.code ?? '';
    }
}

export async function register(code) {
    const device = await ask('POST', '/api/v1/devices/register', {body: {code, firmware: 'terminal'}, signed: false});
    await remember('device', device);
    return device;
}

/** Of two requests with one idempotency key the second is answered like the first. */
export async function ask(method, path, {body, key, signed = true} = {}) {
    const headers = {'Accept-Language': document.documentElement.lang};
    if (body) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
    if (signed) headers.Authorization = `Device ${(await fact('device')).key}`;
    const answer = await reached(path, {method, headers, body: body && JSON.stringify(body), credentials: 'omit'});
    if (answer.status >= 500 || answer.status === 429) throw new NoNetwork(answer.statusText);
    const value = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(value);
    return value;
}

async function reached(path, options) {
    try {
        return await fetch(path, {...options, signal: AbortSignal.timeout(TIMEOUT_MS)});
    } catch (error) {
        throw new NoNetwork(error.message);
    }
}

export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
