// Where the phone keeps its key: IndexedDB holds the CryptoKey itself, which no script can turn back into bytes.

const NAME = 'city-card';
const STORE = 'phone';
const ONLY = 'this';

export const read = () => within('readonly', (store) => store.get(ONLY));
export const keep = (phone) => within('readwrite', (store) => store.put(phone, ONLY));
export const forget = () => within('readwrite', (store) => store.delete(ONLY));

async function within(mode, work) {
    const database = await opened();
    try {
        return await new Promise((resolve, reject) => {
            const transaction = database.transaction(STORE, mode);
            const asked = work(transaction.objectStore(STORE));
            transaction.oncomplete = () => resolve(asked.result);
            transaction.onabort = () => reject(transaction.error);
        });
    } finally {
        database.close();
    }
}

function opened() {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
}
