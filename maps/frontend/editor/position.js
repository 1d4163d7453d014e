// The map in the form: a marker to drag for a point, the drawn geometry for everything else.

import {Marker} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {say} from '../map/city.js';
import {element} from '../map/element.js';
import {drawImage, pinImage} from '../map/markers.js';
import {groundMap} from './ground-map.js';

const POINT_ZOOM = 16;
const DIGITS = 7; // of a degree: about a centimetre

export function startPosition(form, {changed}) {
    const box = form.querySelector('[data-position-map]');
    const layer = {color: box.dataset.color, icon: box.dataset.icon};
    const takesPoints = box.dataset.takesPoints === 'yes';
    const drawn = groundMap(box, {...layer, label: say(takesPoints ? 'positionLabel' : 'shapeLabel')});
    if (!drawn) return;
    const before = JSON.parse(box.dataset.geometry);
    startShape(form, drawn, before);
    if (takesPoints) startMarker(form, drawn, layer, changed);
}

function startShape(form, drawn, before) {
    const text = form.querySelector('[name="geojson"]');
    const fault = form.querySelector('[data-geojson-error]');
    const draw = (geometry, {fit}) => {
        const collection = {type: 'FeatureCollection', features: geometry && geometry.type !== 'Point' ? [{type: 'Feature', geometry, properties: {}}] : []};
        drawn.show(collection);
        if (fit) drawn.fit(collection);
    };
    let written = null;
    try {
        written = text?.value ? JSON.parse(text.value) : before;
    } catch {
        written = before; // the server has said what is wrong with the text
    }
    draw(written?.geometry ?? written, {fit: true});
    text?.addEventListener('input', () => {
        let geometry = null;
        try {
            geometry = text.value.trim() ? JSON.parse(text.value) : null;
            fault.hidden = true;
        } catch {
            fault.textContent = say('notGeoJson');
            fault.hidden = false;
            return;
        }
        geometry = geometry?.geometry ?? geometry;
        if (!geometry || geometry.coordinates || geometry.geometries) draw(geometry, {fit: true});
    });
}

function startMarker(form, {map}, layer, changed) {
    const numbers = ['longitude', 'latitude'].map((name) => form.querySelector(`[name="${name}"]`));
    const marker = new Marker({element: pin(layer), anchor: 'bottom', draggable: true});
    const read = () => {
        const values = numbers.map((input) => (input.value.trim() ? Number(input.value.replace(',', '.')) : NaN));
        return values.every(Number.isFinite) && Math.abs(values[1]) <= 90 ? values : null;
    };
    const place = (point) => { if (point) marker.setLngLat(point).addTo(map); else marker.remove(); };
    const write = ({lng, lat}) => {
        [lng, lat].forEach((value, index) => { numbers[index].value = String(Number(value.toFixed(DIGITS))); });
        changed();
    };
    const begin = read();
    place(begin);
    if (begin) map.jumpTo({center: begin, zoom: POINT_ZOOM});
    marker.on('dragend', () => write(marker.getLngLat()));
    map.on('click', ({lngLat}) => {
        place(lngLat);
        write(lngLat);
    });
    for (const input of numbers) {
        input.addEventListener('input', () => {
            const point = read();
            place(point);
            if (point && !map.getBounds().contains(point)) map.jumpTo({center: point});
        });
    }
}

function pin(layer) {
    const {data} = drawImage(pinImage(layer, ''));
    const canvas = element('canvas', {class: 'map-marker', width: data.width, height: data.height});
    canvas.getContext('2d').putImageData(data, 0, 0);
    return canvas;
}
