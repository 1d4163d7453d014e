// A place's own page: the share button, a small map and, for a sensor, its live readings.

import {city} from './city.js';
import {startLive, writeReadings} from './live.js';
import {startOffline} from './offline.js';
import {prepareCard} from './place-actions.js';
import {drawPlaceMap} from './place-map.js';

const card = document.querySelector('.place');
prepareCard(card);
if (card.dataset.layer === 'sensors') {
    startLive(() => writeReadings(card.querySelector('[data-live]'), card.dataset.layer, card.dataset.feature));
}
const {longitude, latitude, layer, kind} = card.dataset;
drawPlaceMap(document.querySelector('[data-place-map]'), {
    point: [Number(longitude), Number(latitude)],
    layer,
    kind,
    name: card.querySelector('[data-place-name]').textContent,
    href: card.querySelector('[data-show-on-map]').href,
});
startOffline(city.urls.serviceWorker);
