// A day's course as a drawing: the mean as a line, lowest to highest as a band, and a pointer that reads the values.

import {drawing, element} from '../map/element.js';
import {writeClock} from './clock.js';
import {writeValue} from './numbers.js';
import {path} from './spark.js';

const WIDTH_MAX = 600;
const WIDTH_MIN = 300;
const HEIGHT = 280;
const LEFT = 46;
const BOTTOM = 26;
const TOP = 10;
const HOURS_APART = 4;
const HOURS_APART_NARROW = 6;

/** `course` is the API's answer; `label` says in words what is seen, `write` turns a value into text, `room` is in pixels. */
export function drawChart(course, {label, write, room}) {
    const width = Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, room));
    const points = course.points.map((point) => ({...point, at: Date.parse(point.time) + course.step_s * 500}));
    const [start, end] = [Date.parse(course.start), Date.parse(course.end)];
    const ticks = valueTicks(Math.min(...points.map(({minimum}) => minimum)), Math.max(...points.map(({maximum}) => maximum)));
    const x = (at) => LEFT + ((Math.min(at, end) - start) / (end - start)) * (width - LEFT);
    const y = (value) => HEIGHT - BOTTOM - ((value - ticks[0]) / (ticks.at(-1) - ticks[0])) * (HEIGHT - BOTTOM - TOP);
    const apart = course.step_s * 1500;
    const pointer = drawing('line', {class: 'pointer', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden'});
    const svg = drawing('svg', {class: 'chart', viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': label},
        ticks.map((value) => [
            drawing('line', {class: 'grid', x1: LEFT, x2: width, y1: y(value), y2: y(value)}),
            drawing('text', {x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end'}, writeTick(value, ticks)),
        ]).flat(),
        hourTicks(start, end, width < WIDTH_MAX * 0.75 ? HOURS_APART_NARROW : HOURS_APART).map((at) => drawing('text', {x: x(at), y: HEIGHT - 6, 'text-anchor': 'middle'}, writeClock(at))),
        bands(points, apart).map((band) => drawing('path', {class: 'band', d: outline(band, x, y)})),
        drawing('path', {class: 'line', d: path(points.map(({at, mean}) => [at, mean]), apart, x, y)}),
        pointer);
    const read = element('p', {class: 'chart-read', 'aria-hidden': 'true'}, label);
    svg.addEventListener('pointermove', (event) => point(event, {svg, points, pointer, read, x, write, width}));
    svg.addEventListener('pointerleave', () => { pointer.setAttribute('visibility', 'hidden'); read.textContent = label; });
    return element('div', {}, svg, read);
}

function point(event, {svg, points, pointer, read, x, write, width}) {
    const box = svg.getBoundingClientRect();
    const wanted = ((event.clientX - box.left) / box.width) * width;
    const nearest = points.reduce((best, one) => (Math.abs(x(one.at) - wanted) < Math.abs(x(best.at) - wanted) ? one : best));
    pointer.setAttribute('visibility', 'visible');
    pointer.setAttribute('x1', x(nearest.at));
    pointer.setAttribute('x2', x(nearest.at));
    read.textContent = `${writeClock(Date.parse(nearest.time))}: ${write(nearest.mean)}`;
}

/** Four or five round values that hold everything between them. */
export function valueTicks(low, high) {
    const range = high - low || Math.abs(high) * 0.1 || 1;
    const rough = range / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
    const first = Math.floor(low / step);
    const last = Math.max(Math.ceil(high / step), first + 1);
    return Array.from({length: last - first + 1}, (_, index) => Number(((first + index) * step).toPrecision(10)));
}

function writeTick(value, ticks) {
    const step = ticks[1] - ticks[0];
    return writeValue(value, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

function hourTicks(start, end, hours) {
    const apart = hours * 3_600_000;
    const ticks = [];
    for (let at = Math.ceil(start / apart) * apart; at < end; at += apart) ticks.push(at);
    return ticks;
}

/** The points in runs without a gap. */
function bands(points, apartMax) {
    const runs = [];
    for (const one of points) {
        if (runs.length && one.at - runs.at(-1).at(-1).at <= apartMax) runs.at(-1).push(one);
        else runs.push([one]);
    }
    return runs;
}

function outline(run, x, y) {
    const up = run.map(({at, maximum}) => `${x(at).toFixed(1)} ${y(maximum).toFixed(1)}`);
    const down = run.toReversed().map(({at, minimum}) => `${x(at).toFixed(1)} ${y(minimum).toFixed(1)}`);
    return `M${[...up, ...down].join('L')}Z`;
}
