// Speaks with the map's frame, which is sandboxed: messages go both ways, and nothing else.

import {choose, chosen} from './categories.js';

const frame = document.querySelector('[data-frame]');
const dark = matchMedia('(prefers-color-scheme: dark)');
let ready = false;
let readings = null;

export function startFrame() {
    addEventListener('message', (event) => {
        if (event.source !== frame.contentWindow) return;
        if (event.data?.kind === 'ready') greet();
        if (event.data?.kind === 'find') find(event.data);
    });
    document.documentElement.addEventListener('themechange', tellTheme);
    dark.addEventListener('change', tellTheme);
    for (const button of document.querySelectorAll('[data-show]')) button.addEventListener('click', () => switchLayer(button));
    // The frame may have been quicker than this script.
    frame.addEventListener('load', greet);
    greet();
}

export function tellFrame(message) {
    if (ready) frame.contentWindow.postMessage(message, '*'); // it has no origin to name
}

/** Shows the readings on the map, now or as soon as it is there. */
export function onMap(shown) {
    readings = shown;
    tellFrame({kind: 'readings', sensors: shown});
}

function greet() {
    ready = true;
    tellTheme();
    tellFrame({kind: 'category', category: chosen()});
    for (const button of document.querySelectorAll('[data-show]')) tellLayer(button);
    if (readings) tellFrame({kind: 'readings', sensors: readings});
    document.querySelector('[data-switches]').hidden = false;
    for (const button of document.querySelectorAll('[data-on-map]')) {
        button.hidden = false;
        button.onclick = () => showOnMap(button.dataset.onMap);
    }
}

function tellTheme() {
    tellFrame({kind: 'theme', theme: document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')});
}

function switchLayer(button) {
    button.setAttribute('aria-pressed', String(button.ariaPressed !== 'true'));
    tellLayer(button);
}

function tellLayer(button) {
    tellFrame({kind: 'show', layer: button.dataset.show, on: button.ariaPressed === 'true'});
}

function showOnMap(address) {
    const [layer, id] = address.split('/');
    const button = document.querySelector(`[data-show="${layer}"]`);
    if (button.ariaPressed !== 'true') switchLayer(button);
    frame.focus(); // the frame then gives the focus to what it opens
    tellFrame({kind: 'go', layer, id});
    document.querySelector('.map-card').scrollIntoView({block: 'nearest'});
}

/** Brings the reader to the row that says the same as the map. */
function find({layer, id}) {
    if (layer === 'sensors') choose('');
    const row = {
        sensors: () => document.getElementById(`sensor-${Number(id)}`),
        places: () => document.querySelector(`[data-on-map="places/${Number(id)}"]`)?.parentElement,
        cells: () => document.querySelector(`[data-cell="${CSS.escape(id)}"]`),
    }[layer]?.();
    if (!row) return;
    for (const former of document.querySelectorAll('.found')) former.classList.remove('found');
    row.classList.add('found');
    row.scrollIntoView({block: 'center'});
    const target = row.querySelector('a') ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus({preventScroll: true});
}
