// Where the reader is: position, layers that are on, the place that is open. Kept in the address (so that a link shows
// the same) and, without the open place, on the device (so that the next visit begins there).

import {city, layers, layerOf} from './city.js';

const STORE = `map:${city.id}`;
const SAVE_AFTER_MS = 300;
const startLayers = () => new Set(layers.filter((layer) => layer.visible).map((layer) => layer.id));

export const state = Object.assign(new EventTarget(), {
    position: {zoom: city.zoom, latitude: city.centre[1], longitude: city.centre[0]},
    on: startLayers(),
    open: null, // {layer, id}
});

let saving = 0;

export function isOn(id) {
    return state.on.has(id);
}

export function switchLayer(id, on) {
    if (on) state.on.add(id);
    else state.on.delete(id);
    layersChanged();
}

export function resetLayers() {
    state.on = startLayers();
    layersChanged();
}

function layersChanged() {
    saveSoon();
    state.dispatchEvent(new Event('layers'));
}

export function moved(position) {
    state.position = position;
    saveSoon();
}

/** Opens a place, or with null closes it. A step of its own in the history, so that "back" closes it on a phone. */
export function openPlace(open) {
    if (open?.layer === state.open?.layer && String(open?.id) === String(state.open?.id)) return;
    state.open = open;
    history.pushState({city: true}, '', write());
    state.dispatchEvent(new Event('open'));
}

export function start() {
    read(stored());
    read(location.hash);
    addEventListener('popstate', (event) => {
        const before = new Set(state.on);
        state.open = null;
        read(location.hash, {withPosition: !event.state?.city});
        state.dispatchEvent(new Event('open'));
        if (before.size !== state.on.size || [...before].some((id) => !state.on.has(id))) state.dispatchEvent(new Event('layers'));
        if (!event.state?.city) state.dispatchEvent(new Event('position'));
    });
}

function read(text, {withPosition = true} = {}) {
    const values = new URLSearchParams(text.replace(/^#/, ''));
    const place = /^([\w-]+)\/(\d+)$/.exec(values.get('at') ?? '');
    if (place && layerOf(place[1])) state.open = {layer: place[1], id: place[2]};
    if (values.has('layers')) state.on = new Set(values.get('layers').split(',').filter(layerOf));
    const numbers = (values.get('map') ?? '').split('/').map(Number);
    if (withPosition && numbers.length === 3 && isOnEarth(numbers)) {
        state.position = {zoom: numbers[0], latitude: numbers[1], longitude: numbers[2]};
    }
}

function isOnEarth([zoom, latitude, longitude]) {
    return zoom >= 0 && zoom <= 22 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
}

function write({withPlace = true} = {}) {
    const {zoom, latitude, longitude} = state.position;
    const parts = [`map=${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`];
    const asAtStart = startLayers();
    if (asAtStart.size !== state.on.size || [...asAtStart].some((id) => !state.on.has(id))) {
        parts.push(`layers=${[...state.on].join(',')}`);
    }
    if (withPlace && state.open) parts.push(`at=${state.open.layer}/${state.open.id}`);
    return `#${parts.join('&')}`;
}

function saveSoon() {
    clearTimeout(saving);
    saving = setTimeout(() => {
        history.replaceState({city: true}, '', write());
        try {
            localStorage.setItem(STORE, write({withPlace: false}));
        } catch { /* storage is off or full: the address still has it */ }
    }, SAVE_AFTER_MS);
}

function stored() {
    try {
        return localStorage.getItem(STORE) ?? '';
    } catch {
        return '';
    }
}
