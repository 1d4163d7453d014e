// A feature's form: what the browser adds to it. Without a script the same form is sent and checked by the server.

import {city, say} from '../map/city.js';
import {startPosition} from './position.js';

const CHECK_AFTER_MS = 400;
const COUNT_FROM = 0.6; // of the longest length: before that nobody needs to count
const form = document.querySelector('[data-feature-form]');

let changed = false;
let sending = false;

function noteChange() {
    if (changed) return;
    changed = true;
    const note = form.querySelector('[data-unsaved]');
    note.textContent = say('unsaved');
    note.hidden = false;
}

function countCharacters(control) {
    const limit = control.maxLength;
    const count = document.createElement('span');
    count.className = 'field-count';
    control.after(count);
    const write = () => {
        const used = [...control.value].length;
        count.hidden = used < limit * COUNT_FROM;
        count.classList.toggle('near', used > limit * 0.95);
        count.textContent = say('charactersLeft', {count: used, limit});
    };
    control.addEventListener('input', write);
    write();
}

function checkHours(control) {
    const box = control.parentElement.querySelector('[data-hours-check]');
    let waiting = 0;
    let asked = 0;
    const ask = async () => {
        const mine = ++asked;
        const answer = await fetch(`${control.dataset.hours}?text=${encodeURIComponent(control.value)}`, {credentials: 'same-origin'}).catch(() => null);
        if (mine !== asked || !answer?.ok) return;
        box.innerHTML = await answer.text(); // our own page's piece; the server escapes what it quotes
        control.setAttribute('aria-invalid', String(Boolean(box.querySelector('.field-error'))));
    };
    control.addEventListener('input', () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, CHECK_AFTER_MS);
    });
    if (control.value) ask();
}

function takeTheirs(button) {
    button.hidden = false;
    button.addEventListener('click', () => {
        const control = document.getElementById(button.dataset.takeTheirs);
        control.value = button.dataset.value;
        control.dispatchEvent(new Event('input', {bubbles: true}));
        control.focus();
        button.replaceWith(say('dropped'));
    });
}

form.addEventListener('input', noteChange);
form.addEventListener('submit', () => { sending = true; });
for (const leaving of document.querySelectorAll('form[data-leaves]')) leaving.addEventListener('submit', () => { sending = !changed; });
addEventListener('beforeunload', (event) => { if (changed && !sending) event.preventDefault(); });
for (const control of form.querySelectorAll('[maxlength]')) if (control.maxLength > 0 && control.id !== 'reason') countCharacters(control);
for (const control of form.querySelectorAll('[data-hours]')) checkHours(control);
for (const button of form.querySelectorAll('[data-take-theirs]')) takeTheirs(button);
form.querySelector('[data-first-look]')?.focus();
if (form.querySelector('.conflict')) noteChange();
startPosition(form, {centre: city.centre, changed: noteChange});
