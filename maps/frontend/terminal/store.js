// What the terminal remembers: who it is, what it has loaded, and what it has not told the city yet.

const NAME = 'terminal';
const FACTS = 'facts';
const QUEUE = 'queue';

let opened = null;

function database() {
    opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore(FACTS);
            request.result.createObjectStore(QUEUE, {keyPath: 'key'});
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return opened;
}

/** Runs one request in a transaction of its own and waits until it is on the disk. */
async function run(store, mode, ask) {
    const transaction = (await database()).transaction(store, mode, {durability: 'strict'});
    const request = ask(transaction.objectStore(store));
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
    });
}

export const fact = (name) => run(FACTS, 'readonly', (store) => store.get(name));
export const remember = (name, value) => run(FACTS, 'readwrite', (store) => store.put(value, name));

/** The entries to be told, in the order in which they happened. */
export async function waiting() {
    const entries = await run(QUEUE, 'readonly', (store) => store.getAll());
    return entries.sort((one, other) => one.at.localeCompare(other.at));
}

/** `add`, not `put`: what is already waiting under a key stays as it is. */
export const enqueue = (entry) => run(QUEUE, 'readwrite', (store) => store.add(entry));
export const told = (key) => run(QUEUE, 'readwrite', (store) => store.delete(key));

export async function forgetAll() {
    await run(FACTS, 'readwrite', (store) => store.clear());
    await run(QUEUE, 'readwrite', (store) => store.clear());
}
