// An import's page: waits for the worker, and shows on a map what the rows would do.

import {say} from '../map/city.js';
import {groundMap} from './ground-map.js';

const ASK_EVERY_MS = 1200;
const waiting = document.querySelector('[data-waiting]');
const box = document.querySelector('[data-import-map]');

async function ask() {
    const answer = await fetch(waiting.dataset.url, {credentials: 'same-origin'}).catch(() => null);
    if (answer?.ok) {
        const {state, progress, message} = await answer.json();
        if (state !== waiting.dataset.state && !['uploaded', 'previewing', 'applying'].includes(state)) return location.reload();
        waiting.querySelector('[data-waiting-bar]').value = progress;
        if (message) waiting.querySelector('[data-waiting-text]').textContent = message;
    }
    setTimeout(ask, ASK_EVERY_MS);
}

if (waiting) setTimeout(ask, ASK_EVERY_MS);
if (box) {
    const drawn = groundMap(box, {color: box.dataset.color, icon: box.dataset.icon, label: say('mapLabel')});
    const answer = drawn && await fetch(box.dataset.shapes, {credentials: 'same-origin'});
    if (answer?.ok) {
        const collection = await answer.json();
        if (collection.features.length === 0) box.hidden = true;
        drawn.show(collection);
        drawn.fit(collection);
    }
}
