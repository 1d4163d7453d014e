// Passkeys: asks the server for a question, the device for its answer, and sends that as the form's own field.

const forms = document.querySelectorAll('form[data-passkey]');

if (window.PublicKeyCredential) {
    for (const form of forms) {
        form.hidden = false;
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            ask(form);
        });
    }
}

async function ask(form) {
    const error = form.querySelector('[data-passkey-error]');
    const press = form.querySelector('button');
    error.hidden = true;
    press.disabled = true;
    try {
        const question = await questionFor(form);
        if (question === null) return;
        const credential = await navigator.credentials[form.dataset.passkey]({publicKey: question});
        form.elements.answer.value = JSON.stringify(asJson(credential));
        form.submit();
    } catch {
        error.textContent = error.dataset.refused;
        error.hidden = false;
    } finally {
        press.disabled = false;
    }
}

// The options, or null when the server wants a fresh sign-in first and the browser is on its way there.
async function questionFor(form) {
    const headers = {'X-CSRFToken': form.elements.csrfmiddlewaretoken.value};
    const answer = await fetch(form.dataset.question, {method: 'POST', headers});
    if (answer.redirected) {
        location.assign(answer.url);
        return null;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const {publicKey} = await answer.json();
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const list of [publicKey.excludeCredentials, publicKey.allowCredentials]) {
        for (const one of list ?? []) one.id = bytes(one.id);
    }
    return publicKey;
}

// PublicKeyCredential.toJSON, which not every browser has.
function asJson(credential) {
    const {response} = credential;
    const fields = ['attestationObject', 'authenticatorData', 'clientDataJSON', 'signature', 'userHandle'];
    const said = fields.filter((name) => response[name]).map((name) => [name, text(response[name])]);
    return {
        id: credential.id,
        rawId: text(credential.rawId),
        type: credential.type,
        response: Object.fromEntries(said),
        clientExtensionResults: {},
    };
}

function bytes(base64url) {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
    const binary = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
