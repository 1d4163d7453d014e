// Installs the service worker and says when there is no connection.

export function startOffline(serviceWorkerUrl) {
    const notice = document.querySelector('[data-offline-notice]');
    const show = () => { if (notice) notice.hidden = navigator.onLine; };
    addEventListener('online', show);
    addEventListener('offline', show);
    show();
    navigator.serviceWorker?.register(serviceWorkerUrl).catch(() => {}); // private windows refuse; the map works without
}
