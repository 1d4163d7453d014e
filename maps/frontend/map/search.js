// Search by name: a combobox with a list grouped by layer (WAI-ARIA authoring practices, "combobox with listbox popup").

import {address, kindTitle, layerOf, say, writeDistance} from './city.js';
import {element} from './element.js';
import {centre, goTo} from './map-view.js';
import {markerElement} from './markers.js';
import {openPlace} from './state.js';

const AFTER_KEY_MS = 180;
const LETTERS_MIN = 2;
const LIMIT = 20;

const form = document.querySelector('[data-search]');
const field = form.querySelector('input[type="search"]');
const popup = form.querySelector('[data-search-results]');
const clear = form.querySelector('[data-search-clear]');
const status = form.querySelector('[data-search-status]');

let options = []; // {node, result}
let active = -1;
let waiting = 0;
let running = null;

export function startSearch() {
    popup.id = 'search-results';
    for (const [name, value] of Object.entries({
        role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': popup.id, 'aria-haspopup': 'listbox',
    })) field.setAttribute(name, value);
    field.addEventListener('input', changed);
    field.addEventListener('keydown', press);
    field.addEventListener('focus', () => { if (options.length && field.value.trim()) show(); });
    form.addEventListener('submit', (event) => { event.preventDefault(); choose(options[Math.max(active, 0)]); });
    form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) hide(); });
    popup.addEventListener('pointerdown', (event) => event.preventDefault()); // the field keeps the focus
    clear.addEventListener('click', () => { field.value = ''; changed(); field.focus(); });
    clear.hidden = !field.value;
}

function changed() {
    clear.hidden = !field.value;
    clearTimeout(waiting);
    running?.abort();
    if (field.value.trim().length < LETTERS_MIN) return forget();
    waiting = setTimeout(ask, AFTER_KEY_MS);
}

async function ask() {
    const words = field.value.trim();
    running = new AbortController();
    try {
        const query = new URLSearchParams({q: words, limit: LIMIT, near: centre().map((part) => part.toFixed(5)).join()});
        const answer = await fetch(`${address('search')}?${query}`, {signal: running.signal});
        if (!answer.ok) throw new Error(String(answer.status));
        const {results} = await answer.json();
        write(results.filter((result) => layerOf(result.layer)), words);
    } catch (error) {
        if (error.name !== 'AbortError') writeFailure();
    }
}

function write(results, words) {
    options = [];
    setActive(-1);
    status.textContent = results.length ? say('resultsCount', {count: results.length}) : say('nothingFound', {words});
    if (!results.length) {
        return note(element('strong', {}, say('nothingFound', {words})), say('nothingFoundHint'));
    }
    const groups = new Map();
    for (const result of results) groups.set(result.layer, [...(groups.get(result.layer) ?? []), result]);
    const listbox = element('div', {role: 'listbox', id: 'search-listbox', 'aria-label': say('searchResults')},
        [...groups].map(([layer, found]) => group(layerOf(layer), found)));
    field.setAttribute('aria-controls', 'search-listbox');
    popup.replaceChildren(listbox);
    show();
}

function group(layer, results) {
    const title = `search-group-${layer.id}`;
    return element('div', {role: 'group', 'aria-labelledby': title},
        element('div', {class: 'search-group-title', id: title, role: 'presentation'}, layer.title),
        results.map((result) => option(layer, result)));
}

function option(layer, result) {
    const entry = {result};
    const more = [kindTitle(layer, result.category), result.address].filter(Boolean).join(' · ');
    entry.node = element('div', {
        class: 'entry', role: 'option', id: `search-option-${options.length}`, 'aria-selected': 'false', onclick: () => choose(entry),
    },
    markerElement(layer, result.category),
    element('span', {class: 'entry-text'},
        element('span', {class: 'entry-name'}, result.name),
        more ? element('span', {class: 'entry-more'}, more) : null),
    Number.isFinite(result.distance_m) ? element('span', {class: 'entry-side'}, writeDistance(result.distance_m)) : null);
    options.push(entry);
    return entry.node;
}

function press(event) {
    if (event.key === 'Escape') {
        if (popup.hidden && !field.value) return;
        event.preventDefault();
        if (popup.hidden) { field.value = ''; changed(); } else hide();
        return;
    }
    if (!['ArrowDown', 'ArrowUp'].includes(event.key) || !options.length) return;
    event.preventDefault();
    show();
    const next = active + (event.key === 'ArrowDown' ? 1 : -1);
    setActive(next < -1 ? options.length - 1 : next >= options.length ? -1 : next);
}

function setActive(index) {
    options[active]?.node.setAttribute('aria-selected', 'false');
    active = index;
    const chosen = options[active]?.node;
    if (!chosen) return field.removeAttribute('aria-activedescendant');
    chosen.setAttribute('aria-selected', 'true');
    chosen.scrollIntoView({block: 'nearest'});
    field.setAttribute('aria-activedescendant', chosen.id);
}

function choose(entry) {
    if (!entry) return;
    hide();
    field.blur(); // lets a phone's keyboard go
    openPlace({layer: entry.result.layer, id: String(entry.result.id)});
    goTo([entry.result.lon, entry.result.lat]);
}

function note(...content) {
    popup.replaceChildren(element('div', {class: 'search-note'}, content));
    show();
}

function writeFailure() {
    options = [];
    setActive(-1);
    status.textContent = say('searchFailed');
    note(element('p', {}, say('searchFailed')), element('button', {class: 'button button-small', type: 'button', onclick: ask}, say('tryAgain')));
}

function forget() {
    options = [];
    setActive(-1);
    status.textContent = '';
    hide();
}

function show() {
    popup.hidden = false;
    field.setAttribute('aria-expanded', String(options.length > 0));
}

function hide() {
    popup.hidden = true;
    setActive(-1);
    field.setAttribute('aria-expanded', 'false');
}
