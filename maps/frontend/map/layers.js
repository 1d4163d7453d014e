// Layer switches, grouped, and with them the legend: what each colour and icon means.

import {layers, say} from './city.js';
import {drawing, element} from './element.js';
import {hasIcon, markerElement} from './markers.js';
import {palette} from './palette.js';
import {shownView, showView} from './panel.js';
import {isOn, openPlace, resetLayers, state, switchLayer} from './state.js';

const LEGEND_MAX = 24;
const box = document.querySelector('[data-layers]');
const opener = document.querySelector('[data-open-layers]');

export function startLayers() {
    write();
    opener.addEventListener('click', () => (shownView() === 'layers' ? close() : open()));
    document.querySelector('[data-close-layers]').addEventListener('click', close);
    document.querySelector('[data-layers-reset]').addEventListener('click', resetLayers);
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && shownView() === 'layers') close(); });
    state.addEventListener('layers', check);
    state.addEventListener('open', () => opener.setAttribute('aria-expanded', 'false'));
    document.documentElement.addEventListener('themechange', write);
}

function open() {
    openPlace(null);
    opener.setAttribute('aria-expanded', 'true');
    showView('layers', {focus: document.getElementById('layers-title')});
}

function close() {
    opener.setAttribute('aria-expanded', 'false');
    showView('list');
    opener.focus();
}

function write() {
    const groups = new Map();
    for (const layer of layers.toReversed()) {
        if (!groups.has(layer.group.id)) groups.set(layer.group.id, {title: layer.group.title, layers: []});
        groups.get(layer.group.id).layers.push(layer);
    }
    box.replaceChildren(...[...groups.values()].map(({title, layers: members}) => element('fieldset', {class: 'layer-group'},
        element('legend', {}, title), members.flatMap((layer) => [line(layer), legend(layer)]))));
}

function line(layer) {
    const note = `layer-note-${layer.id}`;
    return element('label', {class: 'layer-line'},
        swatch(layer),
        element('span', {class: 'layer-text'},
            element('span', {class: 'layer-title'}, layer.title),
            layer.description ? element('span', {class: 'layer-note', id: note}, layer.description) : null),
        element('input', {
            class: 'switch', type: 'checkbox', role: 'switch', 'data-layer': layer.id, checked: isOn(layer.id),
            'aria-label': layer.title, 'aria-describedby': layer.description ? note : null,
            onchange: (event) => switchLayer(layer.id, event.target.checked),
        }));
}

function swatch(layer) {
    if (layer.geometry === 'Point') return markerElement(layer);
    const c = palette();
    const fills = {Polygon: layer.listed ? layer.color : c.land, LineString: 'none'};
    return drawing('svg', {class: 'layer-swatch', viewBox: '0 0 28 28', 'aria-hidden': 'true', focusable: 'false'},
        drawing('path', {
            d: layer.geometry === 'Polygon' ? 'M5 8 16 4l8 7-4 12-13 1z' : 'M3 20C9 22 9 8 15 8s5 6 10 3',
            fill: fills[layer.geometry], 'fill-opacity': layer.listed ? 0.2 : 1,
            stroke: layer.color, 'stroke-width': 2.5, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
        }));
}

/** The meaning of the icons or tints within a layer, where they differ. */
function legend(layer) {
    const kinds = Object.entries(layer.kinds).slice(0, LEGEND_MAX);
    const tints = groundTints();
    const entries = layer.geometry === 'Point'
        ? kinds.filter(([kind]) => hasIcon(kind)).map(([kind, title]) => [markerElement(layer, kind), title])
        : kinds.filter(([kind]) => kind in tints).map(([kind, title]) => [tintSwatch(tints[kind]), title]);
    if (entries.length < 2) return null;
    return element('ul', {class: 'legend'}, entries.map(([picture, title]) => element('li', {}, picture, title)));
}

function groundTints() {
    const c = palette();
    return {
        water: c.water, park: c.park, forest: c.forest, island: c.island, primary: c.main, secondary: c.second,
        residential: c.street, pedestrian: c.street, cycleway: c.cycleway, path: c.path,
    };
}

function tintSwatch(color) {
    return drawing('svg', {class: 'legend-swatch', viewBox: '0 0 20 12', 'aria-hidden': 'true', focusable: 'false'},
        drawing('rect', {x: 0.5, y: 0.5, width: 19, height: 11, rx: 3, fill: color, stroke: palette().softLabel, 'stroke-opacity': 0.5}));
}

function check() {
    for (const input of box.querySelectorAll('[data-layer]')) input.checked = isOn(input.dataset.layer);
}
