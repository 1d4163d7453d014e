// The door: tickets of one event, with a network or by the list that was loaded before.

import {say, show} from './answer.js';
import {ask, newKey, NoNetwork, Refused} from './device.js';
import {sha256Hex, verified} from './jws.js';
import {enqueue, fact, remember, waiting} from './store.js';
import {showWaiting} from './sync.js';

const HASH_LENGTH = 22; // as the city shortens it in its list
const field = document.querySelector('[data-event]');
const state = document.querySelector('[data-list-state]');

export async function startDoor() {
    field.value = await fact('event') ?? '';
    field.addEventListener('change', async () => {
        await remember('event', field.value);
        await showList();
    });
    document.querySelector('[data-load-list]').addEventListener('click', loadList);
    await showList();
}

async function loadList() {
    if (!field.value) return show('warn', say('noEvent'));
    try {
        const [{list}, {keys}] = await Promise.all([
            ask('GET', `/api/v1/doors/${field.value}/list`), ask('GET', '/api/v1/tickets/keys', {signed: false}),
        ]);
        const claims = await verified(list, 'city-door-list', keys);
        if (!claims) return show('bad', say('unknown'), say('forged'));
        await remember(`list-${claims.event}`, {claims, keys, at: Date.now()});
        await showList();
    } catch (error) {
        if (error instanceof NoNetwork) return show('warn', say('noNetwork'), say('noList'));
        if (error instanceof Refused) return show('bad', say('unknown'), error.message);
        throw error;
    }
}

async function showList() {
    const known = await fact(`list-${field.value}`);
    const time = known && new Date(known.at).toLocaleTimeString(document.documentElement.lang, {timeStyle: 'short'});
    state.textContent = known ? say('listOf', {count: Object.keys(known.claims.tickets).length, time}) : '';
}

export async function scan(token) {
    if (!field.value) return show('warn', say('noEvent'));
    try {
        const admitted = await ask('POST', `/api/v1/doors/${field.value}/scans`, {body: {token}, key: newKey()});
        show('good', say('admitted'), `${admitted.tariff} · ${admitted.seats}`);
    } catch (error) {
        if (error instanceof Refused) return show('bad', say('refused'), error.message);
        if (error instanceof NoNetwork) return scanByList(token);
        throw error;
    }
}

async function scanByList(token) {
    const known = await fact(`list-${field.value}`);
    if (!known || known.claims.exp * 1000 < Date.now()) return show('warn', say('noNetwork'), say('noList'));
    const claims = await verified(token, 'city-ticket', known.keys);
    if (!claims) return show('bad', say('refused'), say('forged'));
    const hash = (await sha256Hex(claims.jti)).slice(0, HASH_LENGTH);
    if (!(hash in known.claims.tickets)) return show('bad', say('refused'), say('notListed'));
    const key = `scan-${hash}`;
    const usedHere = known.claims.used.includes(hash) || (await waiting()).some((entry) => entry.key === key);
    if (usedHere) return show('bad', say('refused'), say('usedHere'));
    await enqueue({key, at: new Date().toISOString(), what: 'scan', event: field.value, token});
    known.claims.used.push(hash); // once told, the entry is gone from the queue
    await remember(`list-${field.value}`, known);
    await showWaiting();
    show('good', say('admitted'), say('admittedOffline'));
}
