// The devices on the map, many at once as one circle with their number; a press leads to the device's page.

import {openMap} from '../loyalty/quest-map.js';
import {Popup} from '../vendor/maplibre-gl/maplibre-gl.mjs';

const TONES = {good: '--good', warn: '--warn', bad: '--bad', off: '--line-strong'};
const RANK = {off: 0, good: 1, warn: 2, bad: 3};  // the worst of a cluster colours it

const container = document.querySelector('[data-fleet-map]');
const devices = JSON.parse(document.getElementById('fleet-devices').textContent);
if (container && devices.features.length) show(openMap(container, {points: devices.features.map((one) => one.geometry.coordinates), lay}));

function colour(tone) {
    return getComputedStyle(document.documentElement).getPropertyValue(TONES[tone]).trim();
}

/** Called anew whenever the style is, as at a change of colours. */
function lay(map) {
    if (map.getSource('devices')) return;
    for (const one of devices.features) one.properties.rank = RANK[one.properties.tone];
    map.addSource('devices', {type: 'geojson', data: devices, cluster: devices.features.length > 1, clusterRadius: 36, clusterMaxZoom: 16, clusterProperties: {rank: ['max', ['get', 'rank']]}});
    const byRank = ['match', ['get', 'rank'], 3, colour('bad'), 2, colour('warn'), 1, colour('good'), colour('off')];
    const surface = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim();
    map.addLayer({id: 'devices', type: 'circle', source: 'devices', paint: {
        'circle-color': byRank, 'circle-stroke-color': surface, 'circle-stroke-width': 2,
        'circle-radius': ['step', ['coalesce', ['get', 'point_count'], 1], 7, 2, 13, 10, 17, 100, 22],
    }});
    map.addLayer({id: 'device-counts', type: 'symbol', source: 'devices', filter: ['has', 'point_count'], layout: {
        'text-field': ['get', 'point_count_abbreviated'], 'text-font': ['City Bold'], 'text-size': 13, 'text-allow-overlap': true,
    }, paint: {'text-color': surface}});
}

function show(map) {
    if (!map) return;
    const popup = new Popup({closeButton: false, closeOnClick: false, offset: 10});
    map.on('mousemove', 'devices', ({features: [one]}) => {
        map.getCanvas().style.cursor = 'pointer';
        if (one.properties.cluster) { popup.remove(); return; }
        popup.setLngLat(one.geometry.coordinates).setDOMContent(words(one.properties)).addTo(map);
    });
    map.on('mouseleave', 'devices', () => { map.getCanvas().style.cursor = ''; popup.remove(); });
    map.on('click', 'devices', async ({features: [one]}) => {
        if (!one.properties.cluster) { location.assign(one.properties.url); return; }
        const zoom = await map.getSource('devices').getClusterExpansionZoom(one.properties.cluster_id);
        map.easeTo({center: one.geometry.coordinates, zoom});
    });
}

function words({code, role, where, state}) {
    const text = document.createElement('div');
    const name = document.createElement('strong');
    name.textContent = code;
    text.append(name, document.createElement('br'), [role, where, state].filter(Boolean).join(' · '));
    return text;
}
