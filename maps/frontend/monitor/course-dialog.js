// One stream's last 24 hours, large: a chart, and beside it the same as a table.

import {address, say} from '../map/city.js';
import {element} from '../map/element.js';
import {drawChart} from './chart.js';
import {writeClock} from './clock.js';
import {writeReading, writeValue} from './numbers.js';

const dialog = document.querySelector('[data-course-dialog]');
const body = dialog.querySelector('[data-course-body]');
let wanted = null;

dialog.querySelector('[data-close-course]').addEventListener('click', () => dialog.close());
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); }); // beside it
dialog.addEventListener('close', () => { wanted = null; });

export async function openCourse(stream) {
    wanted = stream;
    dialog.querySelector('[data-course-title]').textContent = `${stream.name}, ${stream.sensorName}`;
    note(say('loading'));
    if (!dialog.open) dialog.showModal();
    try {
        const query = new URLSearchParams({stream: stream.key, hours: 24});
        const answer = await fetch(`${address('history', {sensor: stream.sensor})}?${query}`);
        if (!answer.ok) throw new Error(`${answer.status}`);
        const course = await answer.json();
        if (wanted === stream) show(stream, course);
    } catch {
        if (wanted === stream) note(say('courseFailed'), element('button', {class: 'button button-quiet', type: 'button', onclick: () => openCourse(stream)}, say('tryAgain')));
    }
}

function note(...words) {
    body.replaceChildren(element('p', {class: 'empty', role: 'status'}, words));
}

function show(stream, course) {
    if (!course.points.length) {
        note(say('courseEmpty'));
        return;
    }
    const write = (value) => writeReading(value, stream.decimals, stream.unit);
    const label = say('courseSummary', {
        minimum: write(Math.min(...course.points.map((point) => point.minimum))),
        maximum: write(Math.max(...course.points.map((point) => point.maximum))),
        last: write(course.points.at(-1).mean),
    });
    body.replaceChildren(drawChart(course, {label, write, room: innerWidth - 80}), table(stream, course));
}

/** The newest first, as people look for it. */
function table(stream, {points}) {
    const title = stream.unit ? `${say('mean')}, ${stream.unit}` : say('mean');
    const head = [say('time'), title, say('minimum'), say('maximum')].map((text, column) => element('th', {scope: 'col', class: column ? 'number' : null}, text));
    const rows = points.toReversed().map((point) => element('tr', {},
        element('th', {scope: 'row'}, writeClock(Date.parse(point.time))),
        [point.mean, point.minimum, point.maximum].map((value) => element('td', {class: 'number'}, writeValue(value, stream.decimals)))));
    return element('div', {class: 'course-table', tabindex: '0', role: 'region', 'aria-label': stream.name},
        element('table', {class: 'table'}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, rows)));
}
