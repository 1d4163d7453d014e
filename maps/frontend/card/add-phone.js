// Gives this phone a code of its own: the secret comes once, and becomes a key that cannot be read out again.

import {importKey} from './rotating.js';
import {keep, read} from './vault.js';

const form = document.querySelector('[data-add-phone]');
const texts = JSON.parse(document.getElementById('phone-texts').textContent);
const state = document.querySelector('[data-add-state]');

if (form) start();

async function start() {
    form.hidden = false;
    if (!crypto.subtle) {
        form.querySelector('button').disabled = true;
        state.textContent = texts.insecure;
        return;
    }
    if (await read().catch(() => null)) document.querySelector('[data-has-phone]').hidden = false;
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        add().catch(() => { state.textContent = texts.failed; });
    });
}

async function add() {
    state.textContent = texts.adding;
    const answer = await fetch(form.action, {method: 'POST', body: new FormData(form), headers: {Accept: 'application/json'}});
    if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        state.textContent = problem.detail ?? texts.failed;
        return;
    }
    const {secret, city, card, means_id: means} = await answer.json();
    await keep({key: await importKey(secret), city, card, means, label: form.elements.label.value});
    navigator.storage?.persist?.();
    location.assign(form.dataset.next);
}
