// The map of a job's result. Areas and cells are shaded by the number that the process gave them.

import {say} from '../../map/city.js';
import {groundMap} from '../../editor/ground-map.js';

const SHADES = ['#d7ecef', '#0c5d6b'];
const NUMBERS = ['shade', 'count', 'minutes'];
const box = document.querySelector('[data-map]');
const drawn = box && groundMap(box, {color: box.dataset.color, icon: box.dataset.icon, label: say('mapLabel')});
if (drawn) {
    const answer = await fetch(box.dataset.items, {credentials: 'same-origin'}).catch(() => null);
    const collection = answer?.ok ? asCollection(await answer.json()) : {type: 'FeatureCollection', features: []};
    drawn.show(collection);
    drawn.fit(collection);
    shade(collection); // nothing happens where the style is still to come, and then it says so
    drawn.map.on('style.load', () => shade(collection));
}

function asCollection(result) {
    return result.type === 'FeatureCollection' ? result : {type: 'FeatureCollection', features: [result]};
}

function shade({features}) {
    const name = NUMBERS.find((number) => features.some(({properties}) => typeof properties?.[number] === 'number'));
    if (!name || !drawn.map.getLayer('edited/area')) return;
    const values = features.map(({properties}) => properties[name]).filter((value) => typeof value === 'number');
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (least === most) return;
    const shades = name === 'minutes' ? SHADES.toReversed() : SHADES; // what is near is what counts
    drawn.map.setPaintProperty('edited/area', 'fill-color', ['interpolate', ['linear'], ['coalesce', ['get', name], least], least, shades[0], most, shades[1]]);
    drawn.map.setPaintProperty('edited/area', 'fill-opacity', 0.55);
    drawn.map.setPaintProperty('edited/line', 'line-width', 1.5);
}
