// A job's page: follows a job that runs, and lays out the figures of one that is over.

import {writeNumber} from '../../map/city.js';

const WAIT_MS = 1000;
const state = document.querySelector('[data-job]');
if (state) follow();
const figures = document.querySelector('[data-figures]');
if (figures) layOut();

async function follow() {
    const job = await ask(state.dataset.job);
    if (job && !['accepted', 'running'].includes(job.status)) {
        location.reload();
        return;
    }
    if (job) {
        state.querySelector('[data-percent]').textContent = `${job.progress} %`;
        state.querySelector('progress').value = job.progress;
        state.querySelector('[data-message]').textContent = job.message ?? '';
    }
    setTimeout(follow, WAIT_MS);
}

async function layOut() {
    const totals = await ask(figures.dataset.figures);
    for (const [name, value] of Object.entries(totals ?? {})) {
        const rows = Array.isArray(value) ? value : [value];
        for (const row of rows) {
            const line = document.createElement('div');
            if (row !== null && typeof row === 'object') {
                const [[first, at], ...others] = Object.entries(row);
                line.append(element('dt', `${write(at)} ${words(first)}`), element('dd', others.map(([key, one]) => `${words(key)} ${write(one)}`).join(', ')));
            } else {
                line.append(element('dt', words(name)), element('dd', write(row)));
            }
            figures.append(line);
        }
    }
    figures.hidden = !figures.children.length;
}

function words(name) {
    return name.replaceAll('_', ' ').replace(/ m2$/, ', m²').replace(/ km2$/, ', km²').replace(/ km$/, ', km').replace(/ m$/, ', m');
}

function write(value) {
    return typeof value === 'number' ? writeNumber(value) : String(value ?? '–');
}

function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
}

async function ask(url) {
    const answer = await fetch(url, {credentials: 'same-origin', headers: {Accept: 'application/json'}}).catch(() => null);
    return answer?.ok ? answer.json() : null;
}
