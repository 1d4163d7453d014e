// A day of observations: a plot for each property of each station, drawn from the CoverageJSON of the same address.

import {element} from '../map/element.js';
import {drawChart} from '../monitor/chart.js';
import {writeReading, writeValue} from '../monitor/numbers.js';

const PLOTS_MAX = 40;
const DECIMALS_MAX = 2;

const box = document.querySelector('[data-observations]');
const {signs, stations} = JSON.parse(document.getElementById('labels').textContent);
const language = document.documentElement.lang;
if (box) show(await read());

/** The coverages, or a sentence that says why there are none. */
async function read() {
    const answer = await fetch(box.dataset.observations, {credentials: 'same-origin'}).catch(() => null);
    if (answer?.status === 204) return box.dataset.empty;
    if (answer?.status === 413) return box.dataset.many;
    if (!answer?.ok) return box.dataset.failed;
    const found = await answer.json();
    return found.coverages ?? [found];
}

function show(coverages) {
    if (typeof coverages === 'string') {
        box.replaceChildren(element('p', {class: 'card empty', role: 'status'}, coverages));
        return;
    }
    const room = Math.min(600, box.clientWidth - 40);
    const plots = coverages.flatMap((coverage) => Object.keys(coverage.ranges).map((name) => [coverage, name]));
    box.replaceChildren(...plots.slice(0, PLOTS_MAX).map(([coverage, name]) => plot(coverage, name, room)));
    if (plots.length > PLOTS_MAX) box.append(element('p', {class: 'card empty'}, box.dataset.many));
}

function plot(coverage, name, room) {
    const {observedProperty, unit} = coverage.parameters[name];
    const title = observedProperty.label[language] ?? Object.values(observedProperty.label)[0] ?? name;
    const sign = signs[unit?.symbol.value] ?? unit?.symbol.value ?? '';
    const course = courseOf(coverage, name);
    const decimals = decimalsOf(course.points);
    const write = (value) => writeReading(value, decimals, sign);
    const values = course.points.map(({mean}) => mean);
    const said = box.dataset.between
        .replace('{first}', `${writeValue(Math.min(...values), decimals)}`).replace('{last}', write(Math.max(...values)));
    return element('section', {class: 'card'},
        element('h2', {}, title), element('p', {class: 'soft'}, stations[coverage.id] ?? coverage.id),
        drawChart(course, {label: said, write, room}));
}

function courseOf(coverage, name) {
    const times = coverage.domain.axes.t.values;
    const points = coverage.ranges[name].values
        .map((value, index) => ({time: times[index], mean: value, minimum: value, maximum: value}))
        .filter(({mean}) => mean !== null);
    return {points, start: box.dataset.start, end: box.dataset.end, step_s: usualStep(points)};
}

/** Seconds between readings, as most are apart: what is further apart than one and a half of it is a gap. */
function usualStep(points) {
    const steps = points.slice(1).map(({time}, index) => (Date.parse(time) - Date.parse(points[index].time)) / 1000).sort((a, b) => a - b);
    return steps[Math.floor(steps.length / 2)] ?? 3600;
}

function decimalsOf(points) {
    const written = points.slice(0, 200).map(({mean}) => (String(mean).split('.')[1] ?? '').length);
    return Math.min(DECIMALS_MAX, Math.max(0, ...written));
}
