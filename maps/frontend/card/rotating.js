// The code that changes every 30 seconds, as gis_platform/residents/rotating.py makes it: an HMAC-SHA256 of the city,
// the card and the time step, of which 80 bits are shown.

export const STEP_S = 30;
const MAC_BYTES = 10;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The secret as a key that signs and cannot be read out again. */
export function importKey(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return crypto.subtle.importKey('raw', bytes, {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
}

export async function codeAt(ms, {key, city, card}) {
    const said = `R1:${city}:${card}:${Math.floor(ms / 1000 / STEP_S)}`;
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(said));
    return `${said}:${base32(new Uint8Array(mac, 0, MAC_BYTES))}`;
}

/** How long the code of that moment is shown. */
export function secondsLeft(ms) {
    return STEP_S - Math.floor(ms / 1000) % STEP_S;
}

function base32(bytes) {
    let text = '';
    let bits = 0;
    let value = 0;
    for (const byte of bytes) {
        value = (value << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) text += BASE32[value >> bits - 5 & 31];
    }
    return text;
}
