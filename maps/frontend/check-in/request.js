// What is asked of the server.

const BUSY = 429;

/** The check-in's answer or the server's refusal; throws when it may be tried again as it is. */
export async function send({key, body}, token) {
    const headers = {'Content-Type': 'application/json', 'X-CSRFToken': token, 'Idempotency-Key': key};
    const answer = await fetch('/api/v1/check-ins', {method: 'POST', headers, body});
    if (answer.status >= 500 || answer.status === BUSY) throw new Error(answer.statusText);
    return answer.json();
}

/** The benefit in sentences; none when there is none, or it cannot be read just now: what was earned is booked. */
export async function benefitOf({benefit}) {
    if (!benefit) return [];
    try {
        const answer = await fetch(`/api/v1/decisions/${benefit}`);
        return answer.ok ? (await answer.json()).sentences : [];
    } catch {
        return [];
    }
}

/** `randomUUID` is there over HTTPS only. */
export function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A random name that this browser keeps, so that one phone in many hands is seen; none where nothing may be kept. */
export function phoneName() {
    try {
        const name = localStorage.getItem('phone') ?? newKey();
        localStorage.setItem('phone', name);
        return name;
    } catch {
        return '';
    }
}
