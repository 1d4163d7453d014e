// An open place: its card comes from the server, as on its own page; the map shows where it is.

import {address, layerOf, say} from './city.js';
import {element} from './element.js';
import {writeReadings} from './live.js';
import {goTo, isInView, select} from './map-view.js';
import {setStep, showView, shownView} from './panel.js';
import {prepareCard} from './place-actions.js';
import {isOn, openPlace, state, switchLayer} from './state.js';

const box = document.querySelector('[data-place]');

export function startPlace() {
    document.querySelector('[data-place-back]').addEventListener('click', () => openPlace(null));
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && state.open) openPlace(null);
    });
    state.addEventListener('open', show);
    if (state.open) show();
}

async function show() {
    const open = state.open;
    if (!open) {
        select(null);
        if (shownView() === 'place') showView('list');
        return;
    }
    box.replaceChildren(element('p', {class: 'empty', role: 'status'}, say('loading')));
    showView('place', {focus: document.querySelector('[data-place-back]')});
    try {
        const answer = await fetch(`${address('place', open)}card/`);
        if (state.open !== open) return;
        if (!answer.ok) return writeFailure(answer.status === 404 ? 'placeGone' : 'placeFailed', answer.status !== 404);
        write(await answer.text(), open);
    } catch {
        if (state.open === open) writeFailure('placeFailed', true);
    }
}

function write(html, open) {
    const card = new DOMParser().parseFromString(html, 'text/html').querySelector('.place');
    if (!card) return writeFailure('placeFailed', true);
    box.replaceChildren(document.adoptNode(card));
    const layer = layerOf(open.layer);
    const point = [Number(card.dataset.longitude), Number(card.dataset.latitude)];
    const heading = card.querySelector('[data-place-name]');
    if (!isOn(layer.id)) switchLayer(layer.id, true);
    select({layer, kind: card.dataset.kind, name: heading.textContent, point});
    prepareCard(card, {showOnMap: () => { setStep('peek'); goTo(point); }});
    refreshReadings();
    if (!isInView(point)) goTo(point);
    heading.focus({preventScroll: true});
}

/** Called after each new set of readings. */
export function refreshReadings() {
    const live = box.querySelector('[data-live]');
    if (live && state.open) writeReadings(live, state.open.layer, state.open.id);
}

function writeFailure(key, again) {
    select(null);
    box.replaceChildren(element('div', {class: 'empty', role: 'alert'}, element('p', {}, say(key)),
        again ? element('button', {class: 'button', type: 'button', onclick: show}, say('tryAgain')) : null));
}
