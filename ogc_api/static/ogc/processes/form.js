// A place is chosen on the map, where there is a map; the field beside it takes typed coordinates too.

import {Marker} from '../../vendor/maplibre-gl/maplibre-gl.mjs';
import {say} from '../../map/city.js';
import {groundMap} from '../../editor/ground-map.js';

const field = document.querySelector('[data-point]');
const box = document.querySelector('[data-point-map]');
const layer = document.getElementById('input-layer');
const drawn = field && box && groundMap(box, {color: '#0c5d6b', icon: 'marker', label: say('mapLabel')});
if (drawn) {
    const marker = new Marker({color: '#b4530a'});
    document.querySelector('[data-point-hint]').hidden = false;
    const place = () => {
        const [longitude, latitude] = field.value.split(/[,;]/).map(Number);
        if (field.value.trim() && Number.isFinite(longitude) && Math.abs(latitude) <= 90) marker.setLngLat([longitude, latitude]).addTo(drawn.map);
        else marker.remove();
    };
    drawn.map.on('click', ({lngLat}) => {
        field.value = `${lngLat.lng.toFixed(6)}, ${lngLat.lat.toFixed(6)}`;
        if (layer) layer.value = ''; // one starts from a place or from a layer
        place();
    });
    field.addEventListener('change', place);
    place();
}
