// A replay's page: follows how far the worker is, and loads anew when the run has ended.

const ASK_EVERY_MS = 1200;
const waiting = document.querySelector('[data-waiting]');

async function ask() {
    const answer = await fetch(waiting.dataset.url, {credentials: 'same-origin'}).catch(() => null);
    if (answer?.ok) {
        const {busy, progress} = await answer.json();
        if (!busy) return location.reload();
        waiting.querySelector('progress').value = progress;
    }
    setTimeout(ask, ASK_EVERY_MS);
}

if (waiting) setTimeout(ask, ASK_EVERY_MS);
