// Choosing a quest's places on a map or in a list, and drawing its route. The chosen ids stand in a hidden field.

import {Marker} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {numberMarker, openMap, routeLayer} from './quest-map.js';

const form = document.querySelector('[data-quest-form]');
const words = JSON.parse(document.getElementById('quest-words').textContent);
const places = JSON.parse(document.getElementById('quest-places').textContent).features;
const byId = new Map(places.map((place) => [String(place.id), place]));
const field = form.elements.places;
const kind = form.elements.kind;
const drawn = form.elements.route_drawn;
const list = form.querySelector('[data-quest-choices]');
const ordered = form.querySelector('[data-quest-chosen]');
const markers = new Map();

let chosen = field.value.split(',').filter((id) => byId.has(id));
let corners = drawn.value ? JSON.parse(drawn.value).coordinates : [];

const routeLine = () => ({type: 'Feature', geometry: {type: 'LineString', coordinates: corners}, properties: {}});
const isRoute = () => kind.value === 'route';

for (const place of places) list.append(choice(place));
const points = (chosen.length ? chosen.map((id) => byId.get(id)) : places).map((place) => place.geometry.coordinates);
const map = openMap(form.querySelector('[data-quest-pick-map]'), {points, lay: (opened) => routeLayer(opened, routeLine())});
if (map) {
    for (const place of places) markers.set(String(place.id), addMarker(place));
    map.on('click', (event) => {
        if (!isRoute()) return;
        corners = [...corners, [event.lngLat.lng, event.lngLat.lat]];
        show();
    });
}
form.querySelector('[data-quest-words]').addEventListener('input', ({target}) => {
    const wanted = target.value.trim().toLocaleLowerCase();
    for (const item of list.children) item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
});
form.querySelector('[data-quest-route-undo]').addEventListener('click', () => { corners = corners.slice(0, -1); show(); });
kind.addEventListener('change', show);
show();

function choice(place) {
    const item = document.createElement('li');
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), {type: 'checkbox', value: String(place.id)});
    box.addEventListener('change', () => toggle(box.value));
    label.append(box, `${place.properties.name} · ${place.properties.kind}`);
    item.append(label);
    return item;
}

function addMarker(place) {
    const element = numberMarker({number: '', name: place.properties.name, state: 'later'});
    element.classList.add('quest-pin');
    element.addEventListener('click', (event) => { event.stopPropagation(); toggle(String(place.id)); });
    new Marker({element}).setLngLat(place.geometry.coordinates).addTo(map);
    return element;
}

function toggle(id) {
    chosen = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    show();
}

function move(id, by) {
    const at = chosen.indexOf(id);
    const rest = chosen.filter((one) => one !== id);
    rest.splice(Math.max(0, at + by), 0, id);
    chosen = rest;
    show();
}

function show() {
    field.value = chosen.join(',');
    drawn.value = isRoute() && corners.length > 1 ? JSON.stringify(routeLine().geometry) : '';
    form.querySelector('[data-quest-route-actions]').hidden = !isRoute();
    for (const box of list.querySelectorAll('input')) box.checked = chosen.includes(box.value);
    for (const [id, element] of markers) {
        const at = chosen.indexOf(id);
        element.className = `${at < 0 ? 'quest-later' : 'quest-next'} quest-pin maplibregl-marker`;
        element.firstChild.textContent = at < 0 ? '' : String(at + 1);
    }
    ordered.replaceChildren(...chosen.map(chosenItem));
    if (map?.getSource('route')) routeLayer(map, routeLine());
}

function chosenItem(id) {
    const item = document.createElement('li');
    const line = document.createElement('div');
    const name = document.createElement('span');
    name.textContent = byId.get(id).properties.name;
    line.append(name, press('↑', words.up, () => move(id, -1)), press('↓', words.down, () => move(id, 1)), press('×', words.remove, () => toggle(id)));
    item.append(line);
    return item;
}

function press(sign, title, run) {
    const button = Object.assign(document.createElement('button'), {type: 'button', className: 'icon-button', textContent: sign, title});
    button.setAttribute('aria-label', title);
    button.addEventListener('click', run);
    return button;
}
