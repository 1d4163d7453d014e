// Where the phone is, as the check-in wants to hear it; null when it may not be known.

const TIMEOUT_MS = 12_000;

export function findPosition() {
    if (!navigator.geolocation) return Promise.resolve(null);
    // Found anew each time: whoever was refused for a poor position has gone to find a better one.
    const options = {enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 0};
    return new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition((found) => resolve(written(found)), () => resolve(null), options);
    });
}

function written({coords, timestamp}) {
    return {
        longitude: coords.longitude,
        latitude: coords.latitude,
        accuracy_m: Math.min(coords.accuracy, 100_000),
        taken_at: new Date(timestamp).toISOString(),
    };
}
