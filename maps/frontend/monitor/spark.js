// A plot of the size of a word. A step without a reading is a gap: silence is to be seen.

import {drawing} from '../map/element.js';

const WIDTH = 200;
const HEIGHT = 36;
const MARGIN = 3;

/** `points` are [step, value] in order, of `steps` steps. */
export function drawSpark(points, steps) {
    const values = points.map(([, value]) => value);
    const low = Math.min(...values);
    const range = Math.max(...values) - low || 1;
    const x = (step) => ((step + 0.5) / steps) * WIDTH;
    const y = (value) => HEIGHT - MARGIN - ((value - low) / range) * (HEIGHT - 2 * MARGIN);
    const svg = drawing('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false'});
    if (points.length) svg.append(drawing('path', {class: 'line', d: path(points, 1, x, y)}));
    return svg;
}

/** SVG path data through the points, broken where they are further apart than `apartMax`; a lone one is a short dash. */
export function path(points, apartMax, x, y) {
    const parts = [];
    let before = -Infinity;
    for (const [at, value] of points) {
        const joined = at - before <= apartMax;
        parts.push(joined ? `L${round(x(at))} ${round(y(value))}` : `M${round(x(at) - 0.5)} ${round(y(value))}h1`);
        before = at;
    }
    return parts.join('');
}

const round = (number) => Math.round(number * 100) / 100;
