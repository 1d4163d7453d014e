// Round markers with a Maki icon, as SVG for lists and as pixels for the map.

import {city} from './city.js';
import {drawing} from './element.js';

const GLYPH_SIDE = 15; // Maki's square
const [maki, kindIcons] = await Promise.all([
    fetch(city.urls.icons).then((answer) => answer.json()),
    fetch(new URL('kind-icons.json', import.meta.url)).then((answer) => answer.json()),
]);

/** Path data of the icon of a category: its own, else the layer's, else a plain marker. */
function glyph(icon, kind) {
    return maki[kindIcons[kind] ?? kind] ?? maki[icon] ?? maki.marker;
}

export function hasIcon(kind) {
    return (kindIcons[kind] ?? kind) in maki;
}

export function markerElement({color, icon}, kind = '') {
    return drawing('svg', {class: 'marker', viewBox: '0 0 28 28', 'aria-hidden': 'true', focusable: 'false'},
        drawing('circle', {cx: 14, cy: 14, r: 14, fill: color}),
        drawing('path', {transform: 'translate(6.5 6.5)', fill: '#fff', d: glyph(icon, kind)}));
}

/** The name of the large pin that marks the open place. */
export const pinImage = ({color, icon}, kind) => `pin|${color}|${icon}|${kind}|#ffffff`;

/**
 * Draws what an image's name describes: "marker|#0c5d6b|museum|castle|#fff" and "pin|…" (colour, layer's icon, category,
 * ring) or "pill|#0c5d6b|#fff" (border, fill). Null for another name.
 */
export function drawImage(name) {
    const [shape, color, ...rest] = name.split('|');
    if (shape === 'pill') return drawPill(color, rest[0]);
    const [icon, kind, ring] = rest;
    const draw = {marker: drawMarker, pin: drawPin}[shape];
    return draw ? draw(color, glyph(icon, kind), ring) : null;
}

const PIXEL_RATIO = 2;

function canvas(width, height) {
    const node = document.createElement('canvas');
    node.width = width * PIXEL_RATIO;
    node.height = height * PIXEL_RATIO;
    const context = node.getContext('2d');
    context.scale(PIXEL_RATIO, PIXEL_RATIO);
    return context;
}

function image(context, extra = {}) {
    const {width, height} = context.canvas;
    return {data: context.getImageData(0, 0, width, height), options: {pixelRatio: PIXEL_RATIO, ...extra}};
}

function drawGlyph(context, path, centreX, centreY, side) {
    context.save();
    context.translate(centreX - side / 2, centreY - side / 2);
    context.scale(side / GLYPH_SIDE, side / GLYPH_SIDE);
    context.fillStyle = '#fff';
    context.fill(new Path2D(path));
    context.restore();
}

function drawMarker(color, path, ring) {
    const context = canvas(28, 28);
    context.shadowColor = 'rgb(0 0 0 / 35%)';
    context.shadowBlur = 3 * PIXEL_RATIO;
    context.shadowOffsetY = PIXEL_RATIO;
    context.fillStyle = ring;
    context.beginPath();
    context.arc(14, 13.5, 11.5, 0, 2 * Math.PI);
    context.fill();
    context.shadowColor = 'transparent';
    context.fillStyle = color;
    context.beginPath();
    context.arc(14, 13.5, 10, 0, 2 * Math.PI);
    context.fill();
    drawGlyph(context, path, 14, 13.5, 12.5);
    return image(context);
}

function drawPin(color, path, ring) {
    const context = canvas(46, 56);
    const drop = new Path2D('M23 53C17 43 5 34 5 21.5a18 18 0 0 1 36 0C41 34 29 43 23 53z');
    context.shadowColor = 'rgb(0 0 0 / 40%)';
    context.shadowBlur = 4 * PIXEL_RATIO;
    context.shadowOffsetY = PIXEL_RATIO;
    context.fillStyle = color;
    context.fill(drop);
    context.shadowColor = 'transparent';
    context.strokeStyle = ring;
    context.lineWidth = 2.5;
    context.stroke(drop);
    drawGlyph(context, path, 23, 21.5, 21);
    return image(context);
}

/** A rounded label that stretches to its text, for live readings. */
function drawPill(stroke, fill) {
    const context = canvas(32, 24);
    context.shadowColor = 'rgb(0 0 0 / 30%)';
    context.shadowBlur = 2 * PIXEL_RATIO;
    context.shadowOffsetY = PIXEL_RATIO / 2;
    context.fillStyle = fill;
    context.beginPath();
    context.roundRect(2, 2, 28, 20, 10);
    context.fill();
    context.shadowColor = 'transparent';
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.stroke();
    const at = (...units) => units.map((unit) => unit * PIXEL_RATIO);
    return image(context, {stretchX: [at(13, 19)], stretchY: [at(11, 13)], content: at(9, 4, 23, 20)});
}
