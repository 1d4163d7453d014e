// Tells the city what happened without a network. An entry leaves the queue when it was answered, and not before.

import {line, say} from './answer.js';
import {ask, NoNetwork, Refused} from './device.js';
import {told, waiting} from './store.js';

const BATCH_MAX = 50;
const DONE = new Set(['paid', 'accepted', 'admitted']);
const count = document.querySelector('[data-waiting]');
const refusals = document.querySelector('[data-refusals]');
let telling = null;

/** One at a time; whoever asks meanwhile waits for the same. */
export function tell() {
    telling ??= run().finally(() => { telling = null; });
    return telling;
}

export async function showWaiting() {
    const entries = await waiting();
    count.textContent = entries.length ? say('waiting', {count: entries.length}) : say('nothingWaiting');
}

async function run() {
    try {
        const entries = await waiting();
        const vouchers = entries.filter((entry) => entry.what === 'voucher');
        for (let start = 0; start < vouchers.length; start += BATCH_MAX) await tellVouchers(vouchers.slice(start, start + BATCH_MAX));
        for (const [event, scans] of Map.groupBy(entries.filter((entry) => entry.what === 'scan'), (entry) => entry.event)) {
            await tellScans(event, scans);
        }
    } catch (error) {
        if (!(error instanceof NoNetwork) && !(error instanceof Refused)) throw error; // they wait for the next time
    }
    await showWaiting();
}

async function tellVouchers(entries) {
    const redemptions = entries.map(({key, token, cents, at}) => ({key, token, cents, used_at: at}));
    const answer = await ask('POST', '/api/v1/vouchers/redemptions', {body: {redemptions}});
    for (const one of answer.redemptions) {
        if (one.loss_cents) refused(one.outcome);
        await told(one.key);
    }
}

async function tellScans(event, entries) {
    const scans = entries.map(({key, token, at}) => ({key, token, scanned_at: at}));
    const answer = await ask('POST', `/api/v1/doors/${event}/offline-scans`, {body: {scans}});
    for (const one of answer.scans) {
        if (!DONE.has(one.outcome)) refused(one.sentence || one.outcome);
        await told(one.key);
    }
}

function refused(sentence) {
    refusals.append(line(say('notTaken', {sentence})));
}
