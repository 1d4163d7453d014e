// Shows the code of this phone, with a ring that runs down to the next one. Needs no network.

import {generate} from '../vendor/lean-qr/lean-qr.mjs';
import {clockOffset} from './clock.js';
import {codeAt, secondsLeft, STEP_S} from './rotating.js';
import {forget, read} from './vault.js';

const texts = JSON.parse(document.getElementById('card-texts').textContent);
const part = (name) => document.querySelector(`[data-card-${name}]`);
let offset = 0;
let shown = '';

start();

async function start() {
    const phone = crypto.subtle ? await read().catch(() => null) : null;
    part('waiting').hidden = true;
    if (!phone) return showNone();
    part('code').hidden = false;
    part('label').textContent = phone.label;
    part('forget').addEventListener('click', takeOff);
    clockOffset().then((found) => { offset = found; warn(found); tick(phone); });
    tick(phone);
    setInterval(() => tick(phone), 1000);
    stayAwake();
    keepPage().catch(() => {});
    document.addEventListener('visibilitychange', () => { tick(phone); stayAwake(); });
}

function showNone() {
    part('none').hidden = false;
    if (!crypto.subtle) part('none-why').textContent = texts.insecure;
}

async function tick(phone) {
    const now = Date.now() + offset;
    const left = secondsLeft(now);
    part('left').textContent = texts.left.replace('{seconds}', left);
    part('ring').style.strokeDashoffset = `${100 - left / STEP_S * 100}`;
    const code = await codeAt(now, phone);
    if (code !== shown) draw(code);
}

function draw(code) {
    shown = code;
    const canvas = part('qr');
    generate(code).toCanvas(canvas, {on: [0, 0, 0, 255], off: [255, 255, 255, 255]});
    canvas.dataset.code = code;
}

function warn(off) {
    const note = part('clock');
    note.hidden = off === 0;
    note.textContent = texts.clock.replace('{minutes}', (Math.abs(off) / 60_000).toFixed(1));
}

async function takeOff() {
    if (!confirm(texts.forget)) return;
    await forget();
    location.reload();
}

/** A screen that goes dark at the till is of no use. */
function stayAwake() {
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => {});
}

/** The next time the page opens without a network; private windows refuse, and then it needs one. */
async function keepPage() {
    await navigator.serviceWorker?.register(part('page').dataset.serviceWorker);
    const seen = await caches.open('seen'); // that of map/service-worker.js
    await seen.add(location.pathname);
}
