// A small still map on a place's own page. It answers to no finger: a press on it opens the city map there.

import {Map as LibreMap} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {canDraw} from './can-draw.js';
import {layerOf} from './city.js';
import {drawImage, pinImage} from './markers.js';
import {mapStyle} from './style.js';

const ZOOM = 15.2;

/** Draws the map around `point` into the hidden `container` and shows it; leaves it hidden where nothing can be drawn. */
export function drawPlaceMap(container, {point, layer, kind, name, href}) {
    if (!canDraw()) return;
    container.hidden = false;
    const map = new LibreMap({container, style: mapStyle(), center: point, zoom: ZOOM, interactive: false, attributionControl: false});
    map.getCanvas().setAttribute('tabindex', '-1');
    map.setMissingStyleImageResolver((id) => {
        const drawn = drawImage(id);
        if (drawn) map.addImage(id, drawn.data, drawn.options);
    });
    const mark = () => map.getSource('selected').setData({
        type: 'Feature', geometry: {type: 'Point', coordinates: point}, properties: {name, image: pinImage(layerOf(layer), kind)},
    });
    map.on('style.load', mark);
    map.getCanvas().addEventListener('click', () => { location.href = href; });
    map.getCanvas().style.cursor = 'pointer';
    document.documentElement.addEventListener('themechange', () => map.setStyle(mapStyle()));
}
