// The map beside a layer's list: a press on a feature opens it, a line of the list that is pointed at lights up there.

import {say} from '../map/city.js';
import {groundMap} from './ground-map.js';

const box = document.querySelector('[data-list-map]');
const drawn = groundMap(box, {color: box.dataset.color, icon: box.dataset.icon, label: say('mapLabel')});
if (drawn) {
    const answer = await fetch(box.dataset.shapes, {credentials: 'same-origin'});
    if (answer.ok) fill(await answer.json());
}

function fill(collection) {
    const {map} = drawn;
    drawn.show(collection);
    drawn.fit(collection);
    const layers = ['edited/icon', 'edited/dot', 'edited/line', 'edited/area'];
    const under = (point) => {
        const reach = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
        return map.queryRenderedFeatures(reach, {layers: layers.filter((id) => map.getLayer(id))})[0];
    };
    map.on('click', ({point}) => {
        const hit = under(point);
        if (hit) location.href = box.dataset.featureUrl.replace(/0\/$/, `${hit.id}/`);
    });
    map.on('mousemove', ({point}) => {
        const hit = under(point);
        map.getCanvas().style.cursor = hit ? 'pointer' : '';
        map.getCanvas().title = hit ? hit.properties.label || say('nameless') : '';
        mark(hit?.id);
    });
    for (const row of document.querySelectorAll('[data-feature]')) {
        const light = (id) => map.getLayer('edited/shown') && map.setFilter('edited/shown', ['==', ['id'], id]);
        row.addEventListener('mouseenter', () => light(Number(row.dataset.feature)));
        row.addEventListener('focusin', () => light(Number(row.dataset.feature)));
        row.addEventListener('mouseleave', () => light(-1));
    }
}

function mark(id) {
    for (const row of document.querySelectorAll('[data-feature]')) row.classList.toggle('shown', Number(row.dataset.feature) === id);
}
