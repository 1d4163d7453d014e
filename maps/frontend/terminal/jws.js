// What the city has signed, checked without a network: JWS compact (RFC 7515) with Ed25519 (RFC 8037, RFC 9864).

const ALGORITHMS = ['Ed25519', 'EdDSA'];
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
const parsed = (text) => JSON.parse(new TextDecoder().decode(bytes(text)));

/** The type that a text claims to be, "" when it is no signed text at all. Nothing is checked by this. */
export function typeOf(token) {
    try {
        return token.split('.').length === 3 ? parsed(token.split('.')[0]).typ ?? '' : '';
    } catch {
        return '';
    }
}

/** The claims, when one of the keys has signed them as this type; null otherwise. */
export async function verified(token, type, keys) {
    try {
        const [head, body, signature] = token.split('.');
        const {alg, kid, typ} = parsed(head);
        const jwk = keys.find((key) => key.kid === kid);
        if (!ALGORITHMS.includes(alg) || typ !== type || !jwk) return null;
        const {kty, crv, x} = jwk;
        const key = await crypto.subtle.importKey('jwk', {kty, crv, x}, 'Ed25519', false, ['verify']);
        const good = await crypto.subtle.verify('Ed25519', key, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
        return good ? parsed(body) : null;
    } catch {
        return null;
    }
}

export async function sha256Hex(text) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
