// The last 24 hours: a small plot in each row, which opens a large one with a table beside it.

import {address, say} from '../map/city.js';
import {element} from '../map/element.js';
import {drawSpark} from './spark.js';
import {openCourse} from './course-dialog.js';

const EVERY_MS = 300_000;
let etag = null;

export function startCourses() {
    if (!document.querySelector('tr[data-stream]')) return;
    draw();
    setInterval(() => { if (!document.hidden) draw(); }, EVERY_MS);
}

async function draw() {
    try {
        const answer = await fetch(address('courses'), {headers: etag ? {'If-None-Match': etag} : {}, cache: 'no-store'});
        if (answer.status === 304) return;
        if (!answer.ok) throw new Error(`${answer.status}`);
        const {steps, courses} = await answer.json();
        etag = answer.headers.get('ETag');
        for (const row of document.querySelectorAll('tr[data-stream]')) showIn(row, courses[row.dataset.stream] ?? [], steps);
    } catch {
        for (const row of document.querySelectorAll('tr[data-stream]')) showIn(row, [], 1);
    }
}

function showIn(row, points, steps) {
    const cell = row.querySelector('[data-course]');
    const button = cell.querySelector('button') ?? cell.appendChild(opener(row));
    button.querySelector('svg')?.remove();
    button.append(drawSpark(points, steps));
}

function opener(row) {
    const body = row.closest('tbody');
    const stream = {
        sensor: body.dataset.sensor,
        key: row.dataset.stream,
        name: row.querySelector('[data-stream-name]').textContent,
        sensorName: body.querySelector('[data-name]').textContent,
        unit: row.dataset.unit,
        decimals: Number(row.dataset.decimals),
    };
    const title = say('courseOf', {name: stream.name, sensor: stream.sensorName});
    return element('button', {class: 'spark', type: 'button', title, onclick: () => openCourse(stream)}, element('span', {class: 'visually-hidden'}, title));
}
