// A short message that goes by itself; screen readers hear it as a status.

import {say} from './city.js';

const STAYS_MS = 5000;
let ending = 0;

export function toast(key, values = {}) {
    const box = document.querySelector('[data-toast]');
    box.textContent = say(key, values);
    box.hidden = false;
    clearTimeout(ending);
    ending = setTimeout(() => { box.hidden = true; }, STAYS_MS);
}
