// The newest readings: asked for every ten seconds while the page is seen, and honest about when they stopped coming.

import {address, say} from '../map/city.js';
import {setClock, writeSeconds, now} from './clock.js';

const EVERY_MS = 10_000;
const WAIT_MS = 8_000;
const box = document.querySelector('[data-live-box]');
const lost = document.querySelector('[data-lost]');
const pause = document.querySelector('[data-pause]');
let etag = null;
let paused = false;
let asking = false;

/** Calls `changed` with the sensors whenever any reading has changed. */
export function startLive(changed) {
    box.hidden = false;
    pause.addEventListener('click', () => {
        paused = !paused;
        pause.setAttribute('aria-pressed', String(paused));
        pause.textContent = say(paused ? 'resume' : 'pause');
        if (paused) show('paused');
        else ask(changed);
    });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(changed); });
    ask(changed);
    setInterval(() => { if (!document.hidden) ask(changed); }, EVERY_MS);
}

async function ask(changed) {
    if (paused || asking) return;
    asking = true;
    try {
        const sensors = await newer();
        show('live');
        if (sensors) changed(sensors);
    } catch {
        show('lost');
    } finally {
        asking = false;
    }
}

/** The sensors, or null when nothing has changed. Throws when the city did not answer. */
async function newer() {
    const answer = await fetch(address('sensors'), {
        headers: etag ? {'If-None-Match': etag} : {}, cache: 'no-store', signal: AbortSignal.timeout(WAIT_MS),
    });
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(`${answer.status}`);
    // The city answers 304 to whom it has told already. Who answers 200 with the same tag is a store on this machine.
    if (etag && answer.headers.get('ETag') === etag) throw new Error('kept');
    setClock(answer);
    const {sensors} = await answer.json();
    etag = answer.headers.get('ETag');
    return sensors;
}

function show(state) {
    if (paused) state = 'paused';
    box.dataset.state = state;
    const words = box.querySelector('[data-live-state]');
    const text = say({live: 'live', paused: 'paused', lost: 'offline'}[state]);
    if (words.textContent !== text) words.textContent = text;
    if (state === 'live') box.querySelector('[data-live-time]').textContent = say('updated', {time: writeSeconds(now())});
    lost.hidden = state !== 'lost';
    lost.textContent = state === 'lost' ? say('lost') : '';
}
