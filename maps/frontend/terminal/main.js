// The page of the terminal: registered or not, what it is used as, and where a scan goes.

import {say, show} from './answer.js';
import {ask, NoNetwork, Refused, register} from './device.js';
import {scan as scanTicket, startDoor} from './door.js';
import {typeOf} from './jws.js';
import {start as startCamera} from './scanner.js';
import {fact, forgetAll, remember} from './store.js';
import {showWaiting, tell} from './sync.js';
import {identify, loadVoucherKeys, price, startTill, voucher} from './till.js';

const BEAT_MS = 5 * 60 * 1000;
const root = document.querySelector('[data-terminal]');
const find = (name) => root.querySelector(`[data-${name}]`);
const typed = find('typed');
let mode = 'till';

startTill();
find('register').addEventListener('submit', onRegister);
typed.addEventListener('submit', onTyped);
find('start-camera').addEventListener('click', onCamera);
find('sync').addEventListener('click', tell);
find('forget').addEventListener('click', onForget);
for (const chip of root.querySelectorAll('[data-mode]')) chip.addEventListener('click', () => choose(chip.dataset.mode));
addEventListener('online', onNetwork);
addEventListener('offline', showNetwork);
navigator.serviceWorker?.register(root.dataset.serviceWorker).then(keepPage).catch(() => {}); // private windows refuse
await open();

async function open() {
    const device = await fact('device');
    for (const view of root.querySelectorAll('[data-view]')) view.hidden = (view.dataset.view === 'work') !== Boolean(device);
    if (!device) return;
    find('device').textContent = device.device;
    find('role').textContent = device.role;
    await startDoor();
    await choose(await fact('mode') ?? 'till');
    await onNetwork();
    setInterval(beat, BEAT_MS);
}

/** So that the terminal opens without a network even if the worker came after the page. */
async function keepPage() {
    await navigator.serviceWorker.ready;
    await (await caches.open('seen')).add(location.pathname);
    root.dataset.kept = '';
}

async function onRegister(event) {
    event.preventDefault();
    const error = find('register-error');
    try {
        await register(event.target.elements.code.value);
        await open();
    } catch (problem) {
        if (problem instanceof NoNetwork) error.textContent = say('noNetwork');
        else if (problem instanceof Refused) error.textContent = problem.message;
        else throw problem;
    }
}

async function choose(name) {
    mode = name;
    await remember('mode', name);
    for (const chip of root.querySelectorAll('[data-mode]')) chip.setAttribute('aria-pressed', String(chip.dataset.mode === name));
    for (const part of root.querySelectorAll('[data-for]')) part.hidden = part.dataset.for !== name;
    find('take-back').hidden = true;
    show('idle', say('ready'));
}

/** A ticket and a voucher say what they are; everything else is somebody's card. */
async function take(kind, text) {
    const type = typeOf(text);
    if (type === 'city-ticket') return scanTicket(text);
    if (type === 'city-voucher') return voucher(text);
    if (mode === 'door') return show('bad', say('refused'), say('forged'));
    return mode === 'till' ? price(kind, text) : identify(kind, text);
}

async function onTyped(event) {
    event.preventDefault();
    const {token, kind} = typed.elements;
    if (!token.value.trim()) return;
    await take(kind.value, token.value.trim());
    token.value = '';
    token.focus(); // a reader that types goes on with the next one
}

async function onCamera() {
    try {
        await startCamera((text) => take('qr', text));
        find('start-camera').hidden = true;
    } catch {
        show('warn', say('noCamera'));
        typed.elements.token.focus();
    }
}

async function onForget(event) {
    if (!confirm(event.target.dataset.sure)) return;
    await forgetAll();
    location.reload();
}

async function onNetwork() {
    showNetwork();
    await showWaiting();
    if (!navigator.onLine) return;
    await loadVoucherKeys().catch(() => {});
    await tell();
    await beat();
}

function showNetwork() {
    const tag = find('network');
    tag.textContent = navigator.onLine ? tag.dataset.on : tag.dataset.off;
    tag.className = `tag ${navigator.onLine ? 'tag-good' : 'tag-warn'}`;
}

async function beat() {
    await ask('POST', '/api/v1/devices/heartbeat', {body: {firmware: 'terminal'}}).catch((error) => {
        if (error instanceof Refused) show('bad', say('unknown'), error.message); // the key has ended
    });
}
