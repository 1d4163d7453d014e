// The big answer: a colour, a word, a sentence and a sound, so that nobody has to read to know.

import {element} from '../map/element.js';

const TONES = {good: [880, 1320], warn: [660, 660], bad: [220, 165]}; // Hz, one after the other
const BEEP_S = 0.12;
const texts = JSON.parse(document.getElementById('terminal-texts').textContent);
const box = document.querySelector('[data-answer]');
const euros = new Intl.NumberFormat(document.documentElement.lang, {style: 'currency', currency: 'EUR'});
let audio = null;

export const money = (cents) => euros.format(cents / 100);

export function say(key, values = {}) {
    return texts[key].replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? '');
}

/** `tone` is good, warn, bad or idle. */
export function show(tone, word, sentence = '') {
    box.dataset.tone = tone;
    box.querySelector('[data-word]').textContent = word;
    box.querySelector('[data-sentence]').textContent = sentence;
    if (tone in TONES) beep(TONES[tone]);
}

/** Browsers make no sound before the page was touched; without one the colour has to do. */
function beep(notes) {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') audio.resume().catch(() => {});
    notes.forEach((frequency, index) => {
        const [note, volume] = [audio.createOscillator(), audio.createGain()];
        const start = audio.currentTime + index * BEEP_S;
        note.frequency.value = frequency;
        volume.gain.value = 0.2;
        note.connect(volume).connect(audio.destination);
        note.start(start);
        note.stop(start + BEEP_S);
    });
    navigator.vibrate?.(notes[0] > 300 ? 60 : [120, 60, 120]);
}

export const line = (...parts) => element('li', {}, ...parts);
