// Live readings of the sensors: asked for every few seconds, shown on the map, in the list and in an open place.

import {address, city, layerOf, say, writeNumber, writeTime} from './city.js';
import {element} from './element.js';

const EVERY_MS = 10_000;
const LAYER = 'sensors';
const UNITS = {
    Cel: '°C', 'ug/m3': 'µg/m³', '%': '%', 'dB': 'dB', 'dB[A]': 'dB', 'dB(A)': 'dB', 'm/s': 'm/s', hPa: 'hPa', m: 'm', cm: 'cm', '1': '', '{vehicles}/h': '/h',
    '/h': '/h', deg: '°', 'l/s': 'l/s', mm: 'mm', ppm: 'ppm', '[ppm]': 'ppm', kW: 'kW', 'kW.h': 'kWh',
};

let sensors = new Map();
let etag = null;
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
        if (answer.status === 304 || !answer.ok) return;
        etag = answer.headers.get('ETag');
        const latest = await answer.json();
        sensors = new Map(latest.sensors.map((sensor) => [String(sensor.id), sensor]));
        const features = [...sensors.values()].filter((sensor) => sensor.readings.length).map(feature);
        for (const watcher of watchers) watcher(features);
    } catch { /* the last readings stay, and say when they were measured */ }
}

function feature(sensor) {
    return {
        type: 'Feature',
        geometry: {type: 'Point', coordinates: [sensor.lon, sensor.lat]},
        properties: {layer: LAYER, id: sensor.id, label: write(sensor.readings[0]), fresh: sensor.fresh},
    };
}

function unit(reading) {
    return UNITS[reading.unit] ?? reading.unit ?? '';
}

function write(reading) {
    const sign = unit(reading);
    return `${writeNumber(reading.value)}${sign && !sign.startsWith('/') && sign !== '°' ? '\u00a0' : ''}${sign}`;
}

/** The first reading of a fresh sensor, as text; empty for anything else. */
export function labelOf(layer, id) {
    const sensor = layer === LAYER ? sensors.get(id) : null;
    return sensor?.fresh && sensor.readings.length ? write(sensor.readings[0]) : '';
}

/** Fills an open place's box with its sensor's readings, and keeps it hidden for what is no sensor. */
export function writeReadings(box, layer, id) {
    const sensor = layer === LAYER ? sensors.get(String(id)) : null;
    box.hidden = !sensor;
    if (!sensor) return;
    const parts = sensor.readings.map((reading) => element('div', {class: 'reading'},
        element('dt', {}, propertyTitle(reading.property)),
        element('dd', {}, writeNumber(reading.value), element('span', {class: 'reading-unit'}, ` ${unit(reading)}`))));
    box.replaceChildren(
        element('span', {class: `state ${sensor.fresh ? 'state-good' : 'state-warn'}`}, say(sensor.fresh ? 'liveNow' : 'silent')),
        parts.length ? element('dl', {class: 'readings'}, parts) : element('p', {}, say('noReadings')),
        sensor.observed_at ? element('p', {class: 'measured-at'}, say('measuredAt', {time: writeTime(sensor.observed_at)})) : '');
}

function propertyTitle(property) {
    return city.texts[`property.${property}`] ?? property.replaceAll('_', ' ');
}
