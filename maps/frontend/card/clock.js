// By how much the phone's clock is off, as far as the server tells while there is a network.

const LEAST_MS = 15_000; // less than half a step does no harm

/** Milliseconds to add to the phone's time; 0 without a network. The header Date is of whole seconds. */
export async function clockOffset() {
    try {
        const asked = Date.now();
        const answer = await fetch('/healthz', {method: 'HEAD', cache: 'no-store'});
        const middle = (asked + Date.now()) / 2;
        const off = Date.parse(answer.headers.get('Date')) + 500 - middle;
        return Math.abs(off) < LEAST_MS || Number.isNaN(off) ? 0 : off;
    } catch {
        return 0;
    }
}
