// The panel beside the map; on a phone a sheet at three heights, moved by finger, by mouse or by its button.

import {say} from './city.js';
import {panelMoved} from './map-view.js';

const panel = document.querySelector('[data-panel]');
const handle = document.querySelector('[data-panel-handle]');
const phone = matchMedia('(max-width: 760px)');
const PEEK_PX = 116;
const STEPS = ['peek', 'half', 'full'];
const TAP_PX = 6;
const FLING_PX_PER_MS = 0.5;

let step = 'half';
let shown = 'list';
let focusBefore = null;

export function startPanel() {
    handle.addEventListener('pointerdown', drag);
    handle.addEventListener('click', (event) => { if (event.detail === 0) toggle(); }); // pressed by keyboard
    phone.addEventListener('change', () => setStep(step));
    addEventListener('resize', () => setStep(step));
    setStep(step);
}

/** Shows one of the panel's views: list, place, layers. Remembers what had the focus, to give it back. */
export function showView(name, {focus = null} = {}) {
    if (shown === 'list' && name !== 'list') focusBefore = document.activeElement;
    for (const view of panel.querySelectorAll('[data-view]')) view.hidden = view.dataset.view !== name;
    panel.querySelector('.panel-body').scrollTop = 0;
    const back = shown !== 'list' && name === 'list';
    shown = name;
    if (name !== 'list' && step === 'peek') setStep('half');
    if (back) giveFocusBack();
    else focus?.focus({preventScroll: true});
}

export function shownView() {
    return shown;
}

function giveFocusBack() {
    const place = focusBefore?.dataset?.key && panel.querySelector(`[data-key="${CSS.escape(focusBefore.dataset.key)}"]`);
    const target = place || (focusBefore?.isConnected && focusBefore !== document.body ? focusBefore : null);
    (target ?? panel.querySelector('[data-list-title]')).focus({preventScroll: !place});
    focusBefore = null;
}

function heightOf(name) {
    const whole = panel.parentElement.clientHeight;
    return {peek: PEEK_PX, half: Math.round(whole * 0.46), full: whole - 76}[name];
}

export function setStep(name) {
    step = name;
    const height = heightOf(name);
    panel.dataset.height = phone.matches ? height : 0;
    document.documentElement.style.setProperty('--sheet-height', `${height}px`);
    handle.setAttribute('aria-expanded', String(name !== 'peek'));
    handle.setAttribute('aria-label', say(name === 'full' ? 'collapse' : 'expand'));
    panelMoved();
}

function toggle() {
    setStep({peek: 'half', half: 'full', full: 'peek'}[step]);
}

function drag(down) {
    if (!phone.matches || down.button !== 0) return;
    const from = panel.offsetHeight;
    let height = from;
    handle.setPointerCapture(down.pointerId);
    panel.dataset.dragging = '';
    const move = (event) => {
        height = Math.min(Math.max(from + down.clientY - event.clientY, PEEK_PX), heightOf('full'));
        document.documentElement.style.setProperty('--sheet-height', `${height}px`);
    };
    const up = (event) => {
        handle.removeEventListener('pointermove', move);
        handle.removeEventListener('pointerup', up);
        handle.removeEventListener('pointercancel', up);
        delete panel.dataset.dragging;
        const way = down.clientY - event.clientY;
        if (Math.abs(way) < TAP_PX) toggle();
        else setStep(restingStep(height, way / Math.max(event.timeStamp - down.timeStamp, 1)));
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', up);
}

/** The nearest height, or after a fling the next one in its direction. */
function restingStep(height, speed) {
    if (Math.abs(speed) > FLING_PX_PER_MS) {
        const ahead = STEPS.filter((name) => (speed > 0 ? heightOf(name) > height : heightOf(name) < height));
        return (speed > 0 ? ahead[0] : ahead.at(-1)) ?? (speed > 0 ? 'full' : 'peek');
    }
    return STEPS.toSorted((a, b) => Math.abs(heightOf(a) - height) - Math.abs(heightOf(b) - height))[0];
}
