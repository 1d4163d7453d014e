// The city's time: that of the server's answers, for a screen's own clock may be wrong.

import {city} from '../map/city.js';

let ahead_ms = 0;

/** Takes the time from an answer that came straight from the server. */
export function setClock(answer) {
    const at = Date.parse(answer.headers.get('Date') ?? '');
    if (!Number.isNaN(at)) ahead_ms = at - Date.now();
}

export const now = () => Date.now() + ahead_ms;

const clock = new Intl.DateTimeFormat(city.language, {timeZone: city.timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const clockSeconds = new Intl.DateTimeFormat(city.language, {timeZone: city.timeZone, timeStyle: 'medium', hourCycle: 'h23'});
const dayAndTime = new Intl.DateTimeFormat(city.language, {timeZone: city.timeZone, dateStyle: 'medium', timeStyle: 'short'});

/** Hours and minutes in the city. */
export const writeClock = (at) => clock.format(at);
export const writeSeconds = (at) => clockSeconds.format(at);
export const writeDay = (at) => dayAndTime.format(at);
