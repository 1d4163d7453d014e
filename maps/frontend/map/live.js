// Live readings of the sensors: asked for every few seconds, shown on the map, in the list and in an open place.

import {address, layerOf, say, writeNumber, writeTime} from './city.js';
import {element} from './element.js';

const EVERY_MS = 10_000;
const LIVE_FOR_MS = 45_000; // without an answer
const LAYER = 'sensors';
const FOREMOST = ['air_temperature', 'pm2_5', 'water_level']; // what a sensor of many properties shows first
// UCUM's codes as people write them; one that is not here is shown as it is.
const UNITS = {Cel: '°C', 'ug/m3': 'µg/m³', 'mg/m3': 'mg/m³', 'dB[SPL]': 'dB', deg: '°', '1': '', '[ppm]': 'ppm', 'kW.h': 'kWh', m3: 'm³'};

let sensors = new Map();
let etag = null;
let heardAt = 0;
const watchers = new Set();

/** Starts asking, as long as the page is seen. `changed` is called with each new set, as GeoJSON features. */
export function startLive(changed) {
    if (!layerOf(LAYER)) return;
    watchers.add(changed);
    ask();
    setInterval(() => { if (!document.hidden) ask(); }, EVERY_MS);
}

async function ask() {
    try {
        const answer = await fetch(address('sensors'), {headers: etag ? {'If-None-Match': etag} : {}});
        if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
        heardAt = Date.now();
        if (answer.status === 304) return;
        etag = answer.headers.get('ETag');
        sensors = new Map((await answer.json()).sensors.map((sensor) => [String(sensor.id), sensor]));
        tell();
    } catch {
        if (Date.now() - heardAt > LIVE_FOR_MS) forgetFreshness();
    }
}

function tell() {
    const features = [...sensors.values()].filter((sensor) => spoken(sensor).length).map(feature);
    for (const watcher of watchers) watcher(features);
}

/** What was live when the connection broke is not live any more. */
function forgetFreshness() {
    etag = null;
    for (const sensor of sensors.values()) sensor.fresh = false;
    tell();
}

function feature(sensor) {
    return {
        type: 'Feature',
        geometry: {type: 'Point', coordinates: [sensor.lon, sensor.lat]},
        properties: {layer: LAYER, color: layerOf(LAYER).color, id: sensor.id, label: write(spoken(sensor)[0]), fresh: sensor.fresh},
    };
}

/** The readings of those streams that ever spoke, the foremost first. */
function spoken(sensor) {
    const rank = ({property}) => (FOREMOST.includes(property) ? FOREMOST.indexOf(property) : FOREMOST.length);
    return sensor.readings.filter((reading) => reading.value !== null).toSorted((a, b) => rank(a) - rank(b));
}

function unit(reading) {
    const plain = reading.unit.replace(/\{[^}]*\}/g, ''); // UCUM's remarks, as in {vehicles}/h
    return UNITS[plain] ?? plain;
}

function write(reading) {
    const sign = unit(reading);
    return `${writeNumber(reading.value)}${sign && !sign.startsWith('/') && sign !== '°' ? '\u00a0' : ''}${sign}`;
}

/** The first reading of a fresh sensor, as text; empty for anything else. */
export function labelOf(layer, id) {
    const sensor = layer === LAYER ? sensors.get(id) : null;
    return sensor?.fresh && spoken(sensor).length ? write(spoken(sensor)[0]) : '';
}

/** Fills an open place's box with its sensor's readings, and keeps it hidden for what is no sensor. */
export function writeReadings(box, layer, id) {
    const sensor = layer === LAYER ? sensors.get(String(id)) : null;
    box.hidden = !sensor;
    if (!sensor) return;
    const parts = spoken(sensor).map((reading) => element('div', {class: 'reading'},
        element('dt', {}, reading.name || reading.property),
        element('dd', {}, writeNumber(reading.value), element('span', {class: 'reading-unit'}, ` ${unit(reading)}`))));
    box.replaceChildren(
        element('span', {class: `state ${sensor.fresh ? 'state-good' : 'state-warn'}`}, say(sensor.fresh ? 'liveNow' : 'silent')),
        parts.length ? element('dl', {class: 'readings'}, parts) : element('p', {}, say('noReadings')),
        sensor.observed_at ? element('p', {class: 'measured-at'}, say('measuredAt', {time: writeTime(sensor.observed_at)})) : '');
}
