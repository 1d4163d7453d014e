// Keeps the shell and what was last seen, so that the map opens without a network. The server puts the constant SHELL
// (version, files, pages) above this text. With a network everything is asked for anew: an edit shows at the next load.

const SHELL_CACHE = `shell-${SHELL.version}`;
const SEEN_CACHE = 'seen';
const SEEN_MAX = 900; // tiles, cards and lists; the oldest go first
const WAIT_MS = 6000; // a connection slower than this counts as none when a copy is there

self.addEventListener('install', (event) => {
    event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
    event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== 'GET' || url.origin !== location.origin) return;
    if (SHELL.files.includes(url.pathname)) event.respondWith(fromShell(event.request));
    else if (isKept(event.request, url)) event.respondWith(fromNetwork(event.request));
});

async function keepShell() {
    const cache = await caches.open(SHELL_CACHE);
    await cache.addAll(SHELL.files.map((file) => new Request(file, {cache: 'reload'})));
}

async function dropOldShells() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith('shell-') && name !== SHELL_CACHE).map((name) => caches.delete(name)));
}

/** Pages of the map and its places, tiles, lists, photos. No readings: an old one would pass for a live one. */
function isKept(request, url) {
    if (request.mode === 'navigate') return SHELL.pages.includes(url.pathname) || url.pathname.startsWith('/places/');
    return /^\/(places|ogc|media)\//.test(url.pathname);
}

async function fromShell(request) {
    return (await caches.match(request, {ignoreSearch: true})) ?? fetch(request);
}

async function fromNetwork(request) {
    const cache = await caches.open(SEEN_CACHE);
    const fresh = fetch(request).then(async (answer) => {
        if (answer.ok && !isPrivate(answer)) await keep(cache, request, answer.clone());
        return answer;
    });
    const kept = await cache.match(request, {ignoreVary: true});
    if (!kept) return fresh;
    fresh.catch(() => {});
    const tooLate = new Promise((resolve) => { setTimeout(() => resolve(kept), WAIT_MS); });
    return Promise.race([fresh, tooLate]).catch(() => kept);
}

/** Whether a page names the person who is signed in: the next one to use the device must not find it. */
function isPrivate(answer) {
    return /private|no-store/.test(answer.headers.get('Cache-Control') ?? '');
}

let kept = 0;

async function keep(cache, request, answer) {
    await cache.put(request, answer);
    if (++kept % 50) return;
    const requests = await cache.keys();
    await Promise.all(requests.slice(0, Math.max(requests.length - SEEN_MAX, 0)).map((old) => cache.delete(old)));
}
