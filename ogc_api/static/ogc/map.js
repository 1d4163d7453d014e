// The map of a layer, of a page of its features or of one of them; a press on a feature opens its page.

import {say} from '../map/city.js';
import {groundMap} from '../editor/ground-map.js';

const box = document.querySelector('[data-map]');
const drawn = box && groundMap(box, {color: box.dataset.color, icon: box.dataset.icon, label: say('mapLabel')});
if (drawn) {
    const features = await read();
    const collection = {type: 'FeatureCollection', features: features.map(slim)};
    drawn.show(collection);
    drawn.fit(collection);
    if (box.dataset.featureUrl) open(drawn.map);
}

async function read() {
    const one = document.getElementById('feature');
    if (one) return [JSON.parse(one.textContent)];
    const several = document.getElementById('features');
    if (several) return JSON.parse(several.textContent);
    const answer = await fetch(box.dataset.items, {credentials: 'same-origin', headers: {Accept: 'application/geo+json'}}).catch(() => null);
    return answer?.ok ? (await answer.json()).features : [];
}

function slim({id, geometry, properties}) {
    const label = properties[`name_${document.documentElement.lang}`] || properties[box.dataset.labelProperty] || '';
    return {type: 'Feature', id, geometry, properties: {label, kind: properties.category ?? properties.kind ?? properties.mode ?? ''}};
}

function open(map) {
    const under = (point) => {
        const reach = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
        return map.queryRenderedFeatures(reach).find((hit) => hit.source === 'edited');
    };
    map.on('click', ({point}) => {
        const hit = under(point);
        if (hit) location.href = box.dataset.featureUrl.replace('{id}', hit.id);
    });
    map.on('mousemove', ({point}) => { map.getCanvas().style.cursor = under(point) ? 'pointer' : ''; });
}
