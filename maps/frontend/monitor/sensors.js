// The table of sensors: the server wrote it, this keeps its values true.

import {say} from '../map/city.js';
import {element} from '../map/element.js';
import {writeAges} from './ages.js';
import {writeReading, writeValue} from './numbers.js';

const STATES = {live: 'state state-good', silent: 'state state-bad', empty: 'state state-warn'};
const bodies = new Map([...document.querySelectorAll('tbody[data-sensor]')].map((body) => [body.dataset.sensor, body]));

/** Writes the readings into the table; returns what the map shows of each sensor: its label and state, by id. */
export function showReadings(sensors) {
    const shown = {};
    for (const sensor of sensors) {
        const body = bodies.get(String(sensor.id));
        if (!body) continue;
        const readings = new Map(sensor.readings.map((reading) => [reading.stream, reading]));
        for (const row of body.querySelectorAll('tr[data-stream]')) {
            const reading = readings.get(row.dataset.stream);
            if (reading) showReading(row, reading);
        }
        body.dataset.state = sensor.fresh ? 'live' : sensor.readings.length ? 'silent' : 'empty';
        shown[sensor.id] = {label: labelOf(body, readings), state: body.dataset.state};
    }
    writeAges(document.querySelector('.sensor-table') ?? document);
    tellOfOthers(sensors);
    return shown;
}

function showReading(row, {value, observed_at, fresh}) {
    const state = fresh ? 'live' : value === null ? 'empty' : 'silent';
    const word = row.querySelector('[data-state]');
    word.className = STATES[state];
    word.textContent = say(state);
    if (value === null) return;
    const cell = row.querySelector('[data-value]');
    const text = writeValue(value, Number(row.dataset.decimals));
    row.classList.toggle('changed', cell.textContent !== text);
    cell.textContent = text;
    const box = row.querySelector('.stream-time');
    const time = box.querySelector('time') ?? element('time', {'data-age': 'ago'});
    time.dateTime = observed_at;
    if (!time.isConnected) box.replaceChildren(time);
}

/** The foremost stream that ever spoke stands first in the table. */
function labelOf(body, readings) {
    for (const row of body.querySelectorAll('tr[data-stream]')) {
        const reading = readings.get(row.dataset.stream);
        if (reading && reading.value !== null) return writeReading(reading.value, Number(row.dataset.decimals), row.dataset.unit);
    }
    return '';
}

/** Sensors that came or went since the page was loaded have no row to write into. */
function tellOfOthers(sensors) {
    const others = sensors.length !== bodies.size || sensors.some((sensor) => !bodies.has(String(sensor.id)));
    const box = document.querySelector('[data-new-sensors]');
    if (box.hidden !== others) return;
    box.hidden = !others;
    box.replaceChildren(say('newSensors'), ' ', element('a', {href: ''}, say('reload')));
}
