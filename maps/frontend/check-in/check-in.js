// The button on the page of a scanned label: position, check-in, answer. Without this file the form goes by itself.

import {showAnswer, showFailure, showProgress} from './answer.js';
import {findPosition} from './position.js';
import {benefitOf, newKey, phoneName, send} from './request.js';

const form = document.querySelector('[data-check-in]');
let pressed = null; // key and body of a press that has no answer yet: a retry repeats it, and so counts once
let busy = false;

if (form) {
    document.querySelector('[data-check-in-why]').hidden = false;
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (!busy) press();
    });
}

async function press() {
    busy = true;
    form.setAttribute('aria-busy', 'true');
    try {
        pressed ??= await newPress();
        showProgress('sending');
        await checkIn();
    } catch {
        showFailure(form);
    } finally {
        busy = false;
        form.removeAttribute('aria-busy');
    }
}

async function newPress() {
    showProgress('locating');
    const position = await findPosition();
    return {key: newKey(), body: JSON.stringify({label: form.elements.label.value, position, phone: phoneName()})};
}

/** Throws when nothing answers, or the server could not: then the press is kept. */
async function checkIn() {
    const answer = await send(pressed, form.elements.csrfmiddlewaretoken.value);
    pressed = null;
    showAnswer(form, answer, await benefitOf(answer));
}
