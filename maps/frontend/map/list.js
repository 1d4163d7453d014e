// The list beside the map: the same places, by keyboard and for those who cannot see the map.

import {address, city, kindTitle, listedLayers, metresBetween, say, writeDistance} from './city.js';
import {element} from './element.js';
import {labelOf} from './live.js';
import {centre, clusteredInView, featuresInView} from './map-view.js';
import {markerElement} from './markers.js';
import {isOn, openPlace, state} from './state.js';

const PAGE = 30;
const ITEMS_PER_LAYER = 200;
const AFTER_MOVE_MS = 150;

const node = (name) => document.querySelector(`[data-list${name}]`);
const list = node('');
const collator = new Intl.Collator(city.language);
const SORTS = {
    distance: (a, b) => a.distance - b.distance,
    name: (a, b) => !a.name - !b.name || collator.compare(a.title, b.title),
    layer: (a, b) => b.layer.order - a.layer.order || a.distance - b.distance,
};

let places = [];
let only = null; // the id of the one layer to list
let shown = PAGE;
let waiting = 0;
let asked = 0;

/** With a map the list follows it; without one it asks for what lies in the city. */
export function startList(map) {
    node('-tools').hidden = false;
    node('-sort').addEventListener('change', () => { shown = PAGE; write(); });
    state.addEventListener('layers', refresh);
    if (map) {
        map.on('idle', refreshSoon);
        refreshSoon();
    } else {
        refresh();
    }
}

function refreshSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, AFTER_MOVE_MS);
}

export async function refresh() {
    const turn = ++asked;
    try {
        const found = await placesInView();
        if (turn !== asked) return; // a later question has been asked
        const from = centre();
        const before = signature();
        places = found.map((place) => describe(place, from));
        if (signature() !== before) shown = PAGE;
        write();
    } catch {
        if (turn === asked) writeFailure();
    }
}

const signature = () => places.map((place) => place.key).toSorted().join();

function describe(place, from) {
    const kind = kindTitle(place.layer, place.kind);
    return {
        ...place,
        key: `${place.layer.id}/${place.id}`,
        title: place.name || kind || place.layer.title,
        more: [place.name ? kind : '', place.name || kind ? place.layer.title : ''].filter(Boolean).join(' · '),
        distance: metresBetween(from, place.point),
    };
}

/** What the map has, and what it has as clusters alone; without a map, what lies in the city. */
async function placesInView() {
    const drawn = featuresInView();
    if (!drawn) return itemsOf(listedLayers.filter((layer) => isOn(layer.id)), city.bounds);
    const {layers, bounds} = clusteredInView();
    const gathered = new Set(layers);
    return [...drawn.filter((place) => !gathered.has(place.layer)), ...(await itemsOf(layers, bounds))];
}

async function itemsOf(layers, bounds) {
    return (await Promise.all(layers.map((layer) => itemsOfLayer(layer, bounds)))).flat();
}

async function itemsOfLayer(layer, bounds) {
    const query = new URLSearchParams({bbox: bounds.join(), limit: ITEMS_PER_LAYER, f: 'json'});
    const answer = await fetch(`${address('items', {layer: layer.id})}?${query}`);
    if (!answer.ok) throw new Error(`items of ${layer.id}: ${answer.status}`);
    const {features} = await answer.json();
    return features.map(({id, geometry, properties}) => ({
        layer, id: String(id), name: properties[`name_${city.language}`] || properties[layer.label] || '',
        kind: properties.category ?? properties.kind ?? properties.mode ?? '', point: firstPoint(geometry),
    }));
}

function firstPoint({coordinates}) {
    return typeof coordinates[0] === 'number' ? coordinates : firstPoint({coordinates: coordinates[0]});
}

function write() {
    const focused = document.activeElement?.dataset?.key;
    const chosen = places.filter((place) => !only || place.layer.id === only).toSorted(SORTS[node('-sort').value]);
    writeChips();
    node('-title').textContent = say('inView');
    node('-title').append(' ', element('span', {class: 'tag'}, String(chosen.length)));
    node('-status').textContent = say('inViewCount', {count: chosen.length});
    const lines = chosen.slice(0, shown).map(line);
    const fresh = lines.length ? lines : [element('li', {class: 'empty'}, emptyText())];
    writeFoot(chosen.length);
    if (isWritten(fresh, list)) return;
    list.replaceChildren(...fresh);
    if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({preventScroll: true});
}

/** Whether the box already says all this: what is about to be pressed must not go from under the finger. */
function isWritten(nodes, box) {
    return nodes.length === box.children.length && nodes.every((node, index) => node.isEqualNode(box.children[index]));
}

function emptyText() {
    return say(listedLayers.some((layer) => isOn(layer.id)) ? 'nothingInView' : 'noLayersOn');
}

function line(place) {
    const value = labelOf(place.layer.id, place.id);
    return element('li', {},
        element('a', {
            class: 'entry', href: address('place', {layer: place.layer.id, id: place.id}), 'data-key': place.key,
            onclick: (event) => open(event, place),
        },
        markerElement(place.layer, place.kind),
        element('span', {class: 'entry-text'},
            element('span', {class: 'entry-name'}, place.title),
            element('span', {class: 'entry-more'}, place.more)),
        element('span', {class: 'entry-side'},
            value ? element('span', {class: 'entry-value'}, value) : null,
            writeDistance(place.distance))));
}

/** A plain press opens the place here; one with a key held opens its page, as links do. */
function open(event, place) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openPlace({layer: place.layer.id, id: place.id});
}

function writeChips() {
    const counts = new Map();
    for (const place of places) counts.set(place.layer.id, (counts.get(place.layer.id) ?? 0) + 1);
    const present = listedLayers.filter((layer) => counts.has(layer.id)).toReversed();
    if (only && !counts.has(only)) only = null;
    const chips = node('-layers');
    chips.hidden = present.length < 2;
    const focused = chips.contains(document.activeElement) ? document.activeElement.dataset.only : null;
    const chip = (id, ...content) => element('button', {
        class: 'chip', type: 'button', 'aria-pressed': String(only === id), 'data-only': id ?? '',
        onclick: () => { only = id; shown = PAGE; write(); },
    }, content);
    const fresh = [chip(null, say('allLayers')), ...present.map((layer) => chip(layer.id, markerElement(layer), layer.title))];
    if (isWritten(fresh, chips)) return;
    chips.replaceChildren(...fresh);
    if (focused !== null) chips.querySelector(`[data-only="${CSS.escape(focused)}"]`)?.focus({preventScroll: true});
}

function writeFoot(count) {
    const foot = node('-foot');
    const left = count > shown;
    foot.replaceChildren(...(left ? [
        element('button', {class: 'button', type: 'button', onclick: showMore}, say('showMore')),
        element('span', {}, say('shownOf', {shown, count})),
    ] : []));
}

/** The focus goes to the first of the new lines. */
function showMore() {
    const first = shown;
    shown += PAGE;
    write();
    list.querySelectorAll('.entry')[first]?.focus();
}

function writeFailure() {
    list.replaceChildren(element('li', {class: 'empty'}, element('p', {}, say('listFailed')),
        element('button', {class: 'button', type: 'button', onclick: refresh}, say('tryAgain'))));
    node('-foot').replaceChildren();
}
