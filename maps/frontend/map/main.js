// Starts the map page. Each part works without the others: without WebGL there is still the list.

import {canDraw} from './can-draw.js';
import {city, say} from './city.js';
import {element} from './element.js';
import {startLayers} from './layers.js';
import {refresh, startList} from './list.js';
import {startLive} from './live.js';
import {startLocate} from './locate.js';
import {drawMap, showLive, zoomBy} from './map-view.js';
import {startOffline} from './offline.js';
import {startPanel} from './panel.js';
import {refreshReadings, startPlace} from './place.js';
import {startSearch} from './search.js';
import {start} from './state.js';

const container = document.querySelector('[data-map]');

function tryToDraw() {
    if (canDraw()) return drawMap(container, {label: say('mapLabel')});
    container.append(element('div', {class: 'map-missing', role: 'status'}, element('p', {}, say('noWebGL'))));
    return null;
}

start();
const map = tryToDraw();
document.querySelector('[data-map-controls]').hidden = false;
for (const name of ['[data-locate]', '.map-button-pair']) document.querySelector(name).hidden = !map;
document.querySelector('[data-zoom-in]').addEventListener('click', () => zoomBy(1));
document.querySelector('[data-zoom-out]').addEventListener('click', () => zoomBy(-1));
startPanel();
startSearch();
startLayers();
startList(map);
startPlace();
startLive((features) => { showLive(features); refresh(); refreshReadings(); });
if (map) startLocate();
startOffline(city.urls.serviceWorker);
