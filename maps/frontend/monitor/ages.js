// How long ago: every <time data-age> says it, and goes on saying it. Its title tells the time itself.

import {city, say} from '../map/city.js';
import {now, writeDay} from './clock.js';

const EVERY_MS = 10_000;
const STEPS = [['day', 86_400], ['hour', 3600], ['minute', 60]];
const ago = new Intl.RelativeTimeFormat(city.language, {numeric: 'always', style: 'short'});

export function startAges() {
    writeAges();
    setInterval(writeAges, EVERY_MS);
}

export function writeAges(root = document) {
    for (const time of root.querySelectorAll('time[data-age]')) {
        const at = Date.parse(time.dateTime);
        const text = time.dataset.age === 'short' ? short(at) : relative(at);
        if (time.textContent !== text) time.textContent = text;
        time.title = writeDay(at);
    }
}

function step(at) {
    const seconds = Math.max(0, (now() - at) / 1000);
    const [unit, length] = STEPS.find(([, from]) => seconds >= from) ?? ['minute', 60];
    return [unit, Math.floor(seconds / length)];
}

function relative(at) {
    const [unit, count] = step(at);
    return count === 0 ? say('justNow') : ago.format(-count, unit);
}

function short(at) {
    const [unit, count] = step(at);
    return new Intl.NumberFormat(city.language, {style: 'unit', unit, unitDisplay: 'short'}).format(count);
}
