// A place's own page: the share button and, for a sensor, its live readings.

import {city} from './city.js';
import {startLive, writeReadings} from './live.js';
import {startOffline} from './offline.js';
import {prepareCard} from './place-actions.js';

const card = document.querySelector('.place');
prepareCard(card);
if (card.dataset.layer === 'sensors') {
    startLive(() => writeReadings(card.querySelector('[data-live]'), card.dataset.layer, card.dataset.feature));
}
startOffline(city.urls.serviceWorker);
