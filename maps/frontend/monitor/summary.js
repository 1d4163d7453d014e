// Figures and alarms: parts of the page that the server writes anew when they have changed.

import {address} from '../map/city.js';
import {writeAges} from './ages.js';

const EVERY_MS = 30_000;
let etag = null;

/** Starts asking, and returns the function that asks at once. */
export function startSummary() {
    setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
    return refresh;
}

async function refresh() {
    try {
        const answer = await fetch(address('summary'), {headers: etag ? {'If-None-Match': etag} : {}, cache: 'no-store'});
        if (answer.status === 304 || !answer.ok) return;
        const parts = new DOMParser().parseFromString(await answer.text(), 'text/html');
        etag = answer.headers.get('ETag');
        for (const part of parts.querySelectorAll('[data-part]')) replace(part);
    } catch { /* live.js says that the connection is lost */ }
}

/** Keeps the keyboard where it is: a part in which somebody is at work waits for the next time. */
function replace(part) {
    const former = document.querySelector(`[data-part="${part.dataset.part}"]`);
    if (former.contains(document.activeElement) && former !== document.activeElement) {
        etag = null;
        return;
    }
    writeAges(part);
    former.replaceWith(document.adoptNode(part));
}
