// Looks around once: the position is sent, and with it what the last answer said, since the platform does not remember.

const button = document.querySelector('[data-look-around]');
const found = document.querySelector('[data-found]');
const texts = JSON.parse(document.getElementById('offer-texts').textContent);
const INSIDE = 'offers-inside'; // of this tab only

function say(words, name = 'soft') {
    const line = document.createElement('p');
    line.className = name;
    line.textContent = words;
    return line;
}

function position() {
    return new Promise((resolve, reject) => {
        navigator.geolocation.getCurrentPosition(resolve, reject, {enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000});
    });
}

async function ask({coords, timestamp}) {
    const inside = sessionStorage.getItem(INSIDE);
    const body = {
        longitude: coords.longitude, latitude: coords.latitude, accuracy_m: coords.accuracy,
        taken_at: new Date(timestamp).toISOString(), inside: inside ? JSON.parse(inside) : null,
    };
    const token = document.querySelector('[data-csrf] [name="csrfmiddlewaretoken"]').value;
    const answer = await fetch('/api/v1/positions', {
        method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
        headers: {'Content-Type': 'application/json', 'X-CSRFToken': token},
    });
    return {ok: answer.ok, said: await answer.json()};
}

function show({ok, said}) {
    if (!ok) return found.replaceChildren(say(said.detail, 'notice notice-warning'));
    sessionStorage.setItem(INSIDE, JSON.stringify(said.inside));
    const lines = said.offers.map((offer) => {
        const line = document.createElement('div');
        line.className = 'offer-line';
        line.append(Object.assign(document.createElement('strong'), {textContent: offer.title}), say(offer.text, ''));
        return line;
    });
    return found.replaceChildren(...(lines.length ? lines : [say(texts.nothing)]));
}

button.addEventListener('click', async () => {
    button.disabled = true;
    found.replaceChildren(say(texts.locating));
    try {
        show(await ask(await position()));
    } catch (error) {
        const words = error.code === 1 ? texts.denied : error.code ? texts.failed : texts.noNetwork;
        found.replaceChildren(say(words, 'notice notice-warning'));
    } finally {
        button.disabled = false;
    }
});
