// The programme's form: what the browser adds to it. Without a script every button sends the whole form.

const WORDS_AFTER_MS = 400;
const FEATURES_AFTER_MS = 250;
const form = document.querySelector('[data-programme-form]');

let changed = false;
let sending = false;
let wordsWaiting = 0;
let wordsAsked = 0;
let featuresWaiting = 0;

function noteChange() {
    changed = true;
    const note = form.querySelector('[data-unsaved]');
    note.textContent = form.dataset.unsavedText;
    note.hidden = !form.dataset.unsavedText;
}

async function page(address, body) {
    const answer = await fetch(address, {method: 'POST', body, credentials: 'same-origin'}).catch(() => null);
    return answer?.ok ? answer.text() : null;
}

async function showWords() {
    const mine = ++wordsAsked;
    const text = await page(form.dataset.wordsUrl, new FormData(form));
    if (mine !== wordsAsked || text === null) return;
    form.querySelector('[data-words]').innerHTML = text; // our own page's piece; the server escapes what it quotes
}

function askForWords() {
    if (!form.dataset.wordsUrl) return;
    clearTimeout(wordsWaiting);
    wordsWaiting = setTimeout(showWords, WORDS_AFTER_MS);
}

/** Rows are the server's business: it answers with the whole form, of which the fields are taken. */
async function perform(act) {
    const body = new FormData(form);
    body.append('act', act);
    const text = await page(location.href, body);
    if (text === null) return false;
    const answered = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-programme-form]');
    if (!answered) return false;
    form.querySelector('[data-form-main]').replaceWith(answered.querySelector('[data-form-main]'));
    lookAt(answered.dataset.lookedAt || '');
    noteChange();
    askForWords();
    return true;
}

function lookAt(address) {
    const row = address && form.querySelector(`[data-row="${CSS.escape(address)}"]`);
    if (!row) return;
    const field = row.querySelector('.row-body:not([hidden]) :is(input:not([type="hidden"]), select, textarea), .removed-note button');
    (field || row).focus();
    row.scrollIntoView({block: 'nearest'});
}

async function lookForFeatures(input) {
    const answer = await fetch(`${form.dataset.featuresUrl}?q=${encodeURIComponent(input.value)}`, {credentials: 'same-origin'}).catch(() => null);
    if (answer?.ok) form.querySelector('[data-features]').innerHTML = await answer.text();
}

form.addEventListener('input', (event) => {
    noteChange();
    askForWords();
    if (!event.target.matches('[data-feature-input]') || event.target.value.includes('/')) return;
    clearTimeout(featuresWaiting);
    featuresWaiting = setTimeout(() => lookForFeatures(event.target), FEATURES_AFTER_MS);
});

form.addEventListener('click', async (event) => {
    const button = event.target.closest('button[name="act"]');
    if (!button) return;
    if (/^(add|copy|up|down|remove|undo):/.test(button.value)) {
        event.preventDefault();
        if (!(await perform(button.value))) form.requestSubmit(button);
    } else if (button.hasAttribute('data-words-button')) {
        event.preventDefault();
        showWords();
    }
});

form.addEventListener('submit', () => { sending = true; });
addEventListener('beforeunload', (event) => { if (changed && !sending && form.dataset.unsavedText) event.preventDefault(); });
document.querySelector('[data-first-look]')?.focus();
