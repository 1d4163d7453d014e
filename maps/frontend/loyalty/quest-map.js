// A quest's places on the map, as the list beside it numbers them.

import {LngLatBounds, Map as LibreMap, Marker, NavigationControl} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {canDraw} from '../map/can-draw.js';
import {city, say} from '../map/city.js';
import {drawImage} from '../map/markers.js';
import {mapStyle} from '../map/style.js';

const FIT = {padding: 60, maxZoom: 16, duration: 0};

/** The map in `container`, shown, with the ground alone; null where nothing can be drawn. */
export function openMap(container, {points, lay}) {
    if (!canDraw()) return null;
    container.hidden = false;
    const map = new LibreMap({
        container, style: ground(), center: city.centre, zoom: city.zoom, dragRotate: false, pitchWithRotate: false,
        attributionControl: false, locale: {'NavigationControl.ZoomIn': say('zoomIn'), 'NavigationControl.ZoomOut': say('zoomOut')},
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({showCompass: false}), 'top-right');
    map.setMissingStyleImageResolver((id) => {
        const drawn = drawImage(id);
        if (drawn && !map.hasImage(id)) map.addImage(id, drawn.data, drawn.options);
    });
    if (lay) map.on('style.load', () => lay(map));
    document.documentElement.addEventListener('themechange', () => map.setStyle(ground()));
    if (points.length) map.fitBounds(points.reduce((bounds, point) => bounds.extend(point), new LngLatBounds()), FIT);
    return map;
}

/** Without the layers of places: only those of the quest are to be seen. */
function ground() {
    const style = mapStyle();
    return {...style, layers: style.layers.filter((layer) => !['symbol', 'circle', 'heatmap'].includes(layer.type) || layer.source === 'labels')};
}

/** A line above the ground, dashed. */
export function routeLayer(map, line) {
    if (map.getSource('route')) { map.getSource('route').setData(line); return; }
    map.addSource('route', {type: 'geojson', data: line});
    const color = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim() || '#0c5d6b';
    map.addLayer({id: 'route', type: 'line', source: 'route', layout: {'line-cap': 'round', 'line-join': 'round'}, paint: {'line-color': color, 'line-width': 4, 'line-dasharray': [1, 1.6]}});
}

export function numberMarker({number, name, state}) {
    const mark = document.createElement('div');
    mark.className = `quest-${state}`;
    mark.title = name;
    const text = document.createElement('span');
    text.className = 'quest-number';
    text.textContent = state === 'done' ? '✓' : number;
    mark.append(text);
    return mark;
}

const shown = document.querySelector('[data-quest-map]');
if (shown) {
    const {features} = JSON.parse(document.getElementById('quest-map').textContent);
    const places = features.filter((feature) => feature.geometry.type === 'Point');
    const route = features.find((feature) => feature.geometry.type === 'LineString');
    const points = places.map((feature) => feature.geometry.coordinates);
    const map = openMap(shown, {points, lay: route ? (opened) => routeLayer(opened, route) : null});
    if (map) for (const {geometry, properties} of places) new Marker({element: numberMarker(properties)}).setLngLat(geometry.coordinates).addTo(map);
}
