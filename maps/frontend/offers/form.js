// The map of an offer's form: presses become the points of a zone, a place or a route. The text is what is sent.

import {groundMap} from '../editor/ground-map.js';

const DIGITS = 7; // of a degree: about a centimetre
const form = document.querySelector('[data-offer-form]');
const [trigger, source, text] = ['trigger', 'source', 'geojson'].map((name) => form.querySelector(`[name="${name}"]`));
const box = form.querySelector('[data-offer-map]');
const drawn = groundMap(box, {color: '#a21caf', icon: 'star', label: box.dataset.label});

let points = pointsOf(read());

function read() {
    try {
        const written = JSON.parse(text.value);
        return written.geometry ?? written;
    } catch {
        return null;
    }
}

function pointsOf(geometry) {
    if (geometry?.type === 'Point') return [geometry.coordinates];
    if (geometry?.type === 'LineString') return geometry.coordinates;
    return geometry?.type === 'Polygon' ? geometry.coordinates[0].slice(0, -1) : [];
}

function geometry() {
    if (!points.length) return null;
    if (trigger.value === 'near') return {type: 'Point', coordinates: points.at(-1)};
    if (trigger.value === 'zone' && points.length > 2) return {type: 'Polygon', coordinates: [[...points, points[0]]]};
    return points.length > 1 ? {type: 'LineString', coordinates: points} : {type: 'Point', coordinates: points[0]};
}

function show({fit = false} = {}) {
    const shown = read();
    const collection = {type: 'FeatureCollection', features: shown?.coordinates ? [{type: 'Feature', geometry: shown, properties: {}}] : []};
    drawn?.show(collection);
    if (fit && shown?.coordinates) drawn?.fit(collection);
}

function write() {
    const made = geometry();
    text.value = made ? JSON.stringify(made) : '';
    show();
}

drawn?.map.on('click', ({lngLat}) => {
    points = [...points, [Number(lngLat.lng.toFixed(DIGITS)), Number(lngLat.lat.toFixed(DIGITS))]];
    write();
});
form.querySelector('[data-undo]').addEventListener('click', () => { points = points.slice(0, -1); write(); });
form.querySelector('[data-clear]').addEventListener('click', () => { points = []; write(); });
text.addEventListener('input', () => { points = pointsOf(read()); show(); });
trigger.addEventListener('change', () => { if (points.length) write(); });

const choose = () => { form.querySelector('[data-drawing]').hidden = Boolean(source.value); };
source.addEventListener('change', choose);
choose();
show({fit: true});
