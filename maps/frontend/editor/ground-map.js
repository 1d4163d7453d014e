// A map of the city's ground with one layer of features above it, as every page of the editor shows it.

import {LngLatBounds, Map as LibreMap, NavigationControl} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {canDraw} from '../map/can-draw.js';
import {city, say} from '../map/city.js';
import {drawImage} from '../map/markers.js';
import {palette} from '../map/palette.js';
import {mapStyle} from '../map/style.js';

const NOTHING = {type: 'FeatureCollection', features: []};
const FIT = {padding: 40, maxZoom: 16.5, duration: 0};
const BULK_FROM = 12; // features
const BULK_EDGE = 0.05; // of them, left out at each end
const WITHOUT_ICONS = 40; // features from which a dot says more than a crowd of icons

/** Draws into the hidden `container` and shows it; null where nothing can be drawn. `color` and `icon` are the layer's. */
export function groundMap(container, {color, icon, label}) {
    if (!canDraw()) return null;
    container.hidden = false;
    const map = new LibreMap({
        container, style: mapStyle(), center: city.centre, zoom: city.zoom, minZoom: 6, maxZoom: 20,
        dragRotate: false, pitchWithRotate: false, attributionControl: false, cooperativeGestures: false,
        locale: {'NavigationControl.ZoomIn': say('zoomIn'), 'NavigationControl.ZoomOut': say('zoomOut')},
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute('aria-label', label);
    map.addControl(new NavigationControl({showCompass: false}), 'top-right');
    map.setMissingStyleImageResolver((id) => {
        const drawn = drawImage(id);
        if (drawn && !map.hasImage(id)) map.addImage(id, drawn.data, drawn.options);
    });
    let shown = NOTHING;
    const lay = () => {
        map.addSource('edited', {type: 'geojson', data: shown});
        for (const layer of featureLayers(color, icon, shown.features.length)) map.addLayer(layer);
    };
    map.on('style.load', lay);
    document.documentElement.addEventListener('themechange', () => map.setStyle(mapStyle()));
    return {
        map,
        show(collection) {
            shown = collection;
            map.getSource('edited')?.setData(collection);
        },
        fit(collection) {
            const bounds = boundsOf(bulk(collection.features.map((feature) => feature.geometry)));
            if (bounds) map.fitBounds(bounds, FIT);
        },
    };
}

function featureLayers(color, icon, count) {
    const c = palette();
    const own = ['match', ['get', 'status'], ['draft', 'review'], c.softLabel, 'archived', c.softLabel, color];
    const named = ['case', ['==', ['get', 'shown'], true], 3, 1.5];
    return [
        {id: 'edited/area', type: 'fill', source: 'edited', filter: ['==', ['geometry-type'], 'Polygon'], paint: {'fill-color': own, 'fill-opacity': 0.2}},
        {id: 'edited/line', type: 'line', source: 'edited', filter: ['!=', ['geometry-type'], 'Point'], layout: {'line-cap': 'round', 'line-join': 'round'}, paint: {'line-color': own, 'line-width': 3}},
        {
            id: 'edited/dot', type: 'circle', source: 'edited', filter: ['==', ['geometry-type'], 'Point'],
            paint: {'circle-color': own, 'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 3, 15, 7], 'circle-stroke-color': c.ring, 'circle-stroke-width': named},
        },
        {
            id: 'edited/icon', type: 'symbol', source: 'edited', filter: ['==', ['geometry-type'], 'Point'], minzoom: count > WITHOUT_ICONS ? 13.5 : 10,
            layout: {'icon-image': ['concat', 'marker|', color, `|${icon}|`, ['coalesce', ['get', 'kind'], ''], `|${c.ring}`], 'icon-padding': 0, 'icon-allow-overlap': count <= WITHOUT_ICONS},
            paint: {'icon-opacity': ['match', ['get', 'status'], ['draft', 'review', 'archived'], 0.55, 1]},
        },
        {
            id: 'edited/name', type: 'symbol', source: 'edited', minzoom: 13,
            layout: {'text-field': ['coalesce', ['get', 'label'], ''], 'text-font': ['City Regular'], 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1.1], 'text-max-width': 9, 'text-optional': true},
            paint: {'text-color': c.label, 'text-halo-color': c.halo, 'text-halo-width': 1.5},
        },
        {id: 'edited/shown', type: 'circle', source: 'edited', filter: ['==', ['id'], -1], paint: {'circle-radius': 17, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': c.position, 'circle-stroke-width': 3}},
    ];
}

/** Without the few that lie far from the others: they are found by zooming out, the rest is seen at once. */
function bulk(geometries) {
    const boxes = geometries.map((geometry) => boundsOf([geometry])).filter(Boolean);
    if (boxes.length < BULK_FROM) return geometries;
    const inner = ['lng', 'lat'].map((axis) => {
        const sorted = boxes.map((box) => box.getCenter()[axis]).sort((a, b) => a - b);
        const edge = Math.floor(sorted.length * BULK_EDGE);
        return [sorted[edge], sorted[sorted.length - 1 - edge]];
    });
    return [{type: 'MultiPoint', coordinates: [[inner[0][0], inner[1][0]], [inner[0][1], inner[1][1]]]}];
}

/** Null where there is nothing. */
function boundsOf(geometries) {
    const bounds = new LngLatBounds();
    const walk = (part) => (typeof part[0] === 'number' ? bounds.extend(part.slice(0, 2)) : part.forEach(walk));
    const open = (geometry) => (geometry?.geometries ? geometry.geometries.forEach(open) : geometry?.coordinates && walk(geometry.coordinates));
    geometries.forEach(open);
    return bounds.isEmpty() ? null : bounds;
}
