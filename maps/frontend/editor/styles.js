// Draws a layer as the form says, while it is being filled in.

import {say} from '../map/city.js';
import {draw} from '../map/style.js';
import {groundMap} from './ground-map.js';

const TILES_ZOOM_MAX = 16;
const SOURCE = 'styled';
const form = document.querySelector('[data-style-form]');
const problem = document.querySelector('[data-preview-error]');
const layer = JSON.parse(document.getElementById('drawing').textContent);
const drawn = groundMap(document.querySelector('[data-style-map]'), {color: layer.color, icon: layer.icon, label: say('mapLabel')});

let laid = [];
if (drawn) {
    drawn.map.on('style.load', lay);
    form.addEventListener('input', lay);
    drawn.map.on('error', ({error}) => complain(error?.message ?? ''));
}
form.addEventListener('input', ({target}) => {
    const shown = form.querySelector(`[data-shows="${CSS.escape(target.name)}"]`);
    if (shown) shown.textContent = target.value;
});

/** The layer with the form's choices. */
function chosen() {
    const sent = new FormData(form);
    const classes = {};
    for (const name of sent.keys()) {
        if (name.startsWith('class-on:')) classes[name.slice(9)] = sent.get(`class:${name.slice(9)}`);
    }
    const written = sent.get('drawn').trim();
    const parts = written ? JSON.parse(written) : [];
    return {
        ...layer, classes, color: sent.get('color'), icon: sent.get('icon'), size: Number(sent.get('size')),
        labels: sent.has('labels'), labelZoom: Number(sent.get('label_zoom')), drawn: parts.layers ?? parts, listed: true,
    };
}

function lay() {
    const {map} = drawn;
    if (!map.isStyleLoaded() && !map.getSource(SOURCE) && !map.getStyle()) return;
    complain('');
    try {
        const parts = draw(chosen());
        if (!map.getSource(SOURCE)) {
            const tiles = [`${location.origin}/ogc/collections/${layer.id}/tiles/WebMercatorQuad/{z}/{y}/{x}`];
            map.addSource(SOURCE, {type: 'vector', tiles, minzoom: layer.minzoom, maxzoom: TILES_ZOOM_MAX});
        }
        for (const id of laid) if (map.getLayer(id)) map.removeLayer(id);
        laid = [];
        for (const {style} of parts) {
            map.addLayer({...style, source: SOURCE, layout: {...style.layout, visibility: 'visible'}});
            laid.push(style.id);
        }
    } catch (error) {
        complain(error.message);
    }
}

function complain(text) {
    problem.textContent = text;
    problem.hidden = !text;
}
