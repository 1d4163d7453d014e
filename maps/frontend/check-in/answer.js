// What became of a check-in, written where screen readers listen; the heading takes the focus.

const texts = JSON.parse(document.getElementById('check-in-texts')?.textContent ?? '{}');
const TONES = {accepted: 'good', 'needs-stronger-proof': 'warn', refused: 'bad'};

export function showProgress(key) {
    write('', [element('p', texts[key])]);
}

export function showAnswer(form, answer, benefit) {
    const accepted = answer.decision === 'accepted';
    form.hidden = accepted;
    document.querySelector('[data-check-in-why]').hidden = accepted;
    document.querySelector('[data-check-in-done]').hidden = !accepted;
    if (!accepted) label(form, texts.tryAgain);
    // A refusal that is a problem document (RFC 9457) has no decision, but a sentence.
    if (!answer.decision) return finish('bad', texts.notNow, [answer.detail]);
    const points = accepted ? [texts.points.replace('{points}', answer.points)] : [];
    finish(TONES[answer.decision], texts[answer.decision], [...points, ...benefit, ...answer.reasons.map(({advice}) => advice)]);
}

export function showFailure(form) {
    label(form, texts.tryAgain);
    finish('bad', texts.noNetwork, [texts.noNetworkAdvice]);
}

function finish(tone, title, sentences) {
    const heading = element('h3', title);
    heading.tabIndex = -1;
    write(tone, [heading, ...sentences.map((sentence) => element('p', sentence))]);
    heading.focus();
}

function label(form, text) {
    form.querySelector('button').textContent = text;
}

function write(tone, parts) {
    const box = document.querySelector('[data-check-in-answer]');
    box.dataset.tone = tone;
    box.replaceChildren(...parts);
}

function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
}
