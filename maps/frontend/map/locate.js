// The reader's own position: asked for when the button is pressed, used in the browser, sent to nobody.

import {city} from './city.js';
import {goTo, showPosition} from './map-view.js';
import {toast} from './toast.js';

const button = document.querySelector('[data-locate]');
const TIMEOUT_MS = 12_000;
const SIDES = 48;

export function startLocate() {
    if (!navigator.geolocation) {
        button.hidden = true;
        return;
    }
    button.addEventListener('click', () => {
        toast('locating');
        navigator.geolocation.getCurrentPosition(found, failed, {enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 30_000});
    });
}

function found({coords}) {
    const point = [coords.longitude, coords.latitude];
    const [west, south, east, north] = city.bounds;
    const inside = point[0] >= west && point[0] <= east && point[1] >= south && point[1] <= north;
    if (!inside) return toast('locateOutside');
    button.setAttribute('aria-pressed', 'true');
    showPosition([
        {type: 'Feature', properties: {}, geometry: {type: 'Polygon', coordinates: [circle(point, coords.accuracy)]}},
        {type: 'Feature', properties: {}, geometry: {type: 'Point', coordinates: point}},
    ]);
    goTo(point);
    toast('youAreHere');
}

function failed(error) {
    button.setAttribute('aria-pressed', 'false');
    toast(error.code === error.PERMISSION_DENIED ? 'locateDenied' : 'locateFailed');
}

function circle([longitude, latitude], metres) {
    const METRES_PER_DEGREE = 111_195;
    const shrink = Math.cos((latitude * Math.PI) / 180);
    return Array.from({length: SIDES + 1}, (_, index) => {
        const angle = (2 * Math.PI * index) / SIDES;
        return [
            longitude + (metres * Math.cos(angle)) / (METRES_PER_DEGREE * shrink),
            latitude + (metres * Math.sin(angle)) / METRES_PER_DEGREE,
        ];
    });
}
