// The till: lines, then a card or a voucher, then what to take off.

import {line, money, say, show} from './answer.js';
import {ask, newKey, NoNetwork, Refused} from './device.js';
import {verified} from './jws.js';
import {enqueue, fact, remember} from './store.js';
import {tell} from './sync.js';

const form = document.querySelector('[data-purchase]');
const list = document.querySelector('[data-lines]');
const takeBack = document.querySelector('[data-take-back]');
let lines = [];
let asked = null; // key and body of a purchase without an answer yet: tried again, it is booked once
let decision = null;

export function startTill() {
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        addLine();
    });
    takeBack.addEventListener('click', giveBack);
}

/** Whole cents of what was typed, with a point or a comma; null for what is no amount. */
export function cents(text) {
    const match = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim());
    return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : null;
}

function addLine() {
    const amount = cents(form.elements.amount.value);
    if (!amount) return;
    const quantity = Number(form.elements.quantity.value);
    lines.push({id: String(lines.length + 1), category: form.elements.category.value.trim(), amount_cents: amount, quantity});
    asked = null;
    form.elements.amount.value = '';
    draw();
}

function draw() {
    list.replaceChildren(...lines.map((one) => line(`${one.category} × ${one.quantity} · ${money(one.amount_cents)}`)));
}

export async function price(kind, token) {
    addLine();
    if (!lines.length) return show('warn', say('noLines'));
    if (asked?.token !== token) asked = {token, key: newKey(), body: {kind, token, lines}};
    try {
        const answer = await ask('POST', '/api/v1/decisions', asked);
        decision = answer.decision;
        takeBack.hidden = false;
        const total = lines.reduce((sum, one) => sum + one.amount_cents, 0);
        const left = answer.remaining.map((one) => say('left', {count: one.left}));
        show(answer.discount_cents ? 'good' : 'warn',
            answer.discount_cents ? say('takeOff', {amount: money(answer.discount_cents)}) : say('noDiscount'),
            [say('toPay', {amount: money(total - answer.discount_cents)}), ...left].join(' · '));
        [lines, asked] = [[], null];
        draw();
    } catch (error) {
        refuse(error, say('noNetworkCard'));
    }
}

export async function voucher(token) {
    const keys = await fact('voucher-keys') ?? [];
    const claims = await verified(token, 'city-voucher', keys);
    if (!claims) return show('bad', say('unknown'), say('forged'));
    if (claims.exp * 1000 < Date.now()) return show('bad', say('unknown'), say('expired'));
    if (await fact(`used-${claims.jti}`)) return show('bad', say('unknown'), say('voucherUsed'));
    addLine();
    const total = lines.reduce((sum, one) => sum + one.amount_cents, 0);
    const taken = lines.length ? Math.min(claims.cents, total) : claims.cents;
    await enqueue({key: `voucher-${claims.jti}`, at: new Date().toISOString(), what: 'voucher', token, cents: taken});
    await remember(`used-${claims.jti}`, true);
    show('good', say('voucher', {amount: money(taken)}), navigator.onLine ? '' : say('voucherOffline'));
    lines = [];
    draw();
    await tell();
}

/** The public keys, while there is a network. */
export async function loadVoucherKeys() {
    await remember('voucher-keys', (await ask('GET', '/api/v1/vouchers/keys', {signed: false})).keys);
}

export async function identify(kind, token) {
    try {
        const answer = await ask('POST', '/api/v1/identify', {body: {kind, token}});
        show(answer.identified ? 'good' : 'bad', say(answer.identified ? 'known' : 'unknown'), answer.detail);
    } catch (error) {
        refuse(error, say('noNetworkCard'));
    }
}

async function giveBack() {
    try {
        await ask('POST', `/api/v1/decisions/${decision}/void`, {body: {}, key: `void-${decision}`});
        takeBack.hidden = true;
        show('warn', say('voided'));
    } catch (error) {
        refuse(error, say('askedAgain'));
    }
}

export function refuse(error, withoutNetwork) {
    if (error instanceof NoNetwork) return show('warn', say('noNetwork'), withoutNetwork);
    if (error instanceof Refused) return show('bad', say('unknown'), error.message);
    throw error;
}
