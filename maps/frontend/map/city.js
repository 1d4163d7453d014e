// What the server handed over with the page: the city, its layers and every text, and how numbers are written.

export const city = JSON.parse(document.getElementById('city').textContent);
export const layers = city.layers;
export const listedLayers = layers.filter((layer) => layer.listed);
const byId = new Map(layers.map((layer) => [layer.id, layer]));

/** The layer of that id, or undefined. */
export const layerOf = (id) => byId.get(id);

/** A text in the reader's language, with `{...}` filled in. */
export function say(key, values = {}) {
    const text = city.texts[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** One of the page's addresses, with `{...}` filled in. */
export function address(name, values = {}) {
    return city.urls[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? encodeURIComponent(values[key]) : whole));
}

export function kindTitle(layer, kind) {
    return layer.kinds[kind] ?? '';
}

export function writeNumber(value) {
    return new Intl.NumberFormat(city.language, {maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0}).format(value).replace('-', '−');
}

export function writeDistance(metres) {
    const far = metres >= 950;
    const value = far ? metres / 1000 : Math.round(metres / 10) * 10;
    return new Intl.NumberFormat(city.language, {
        style: 'unit', unit: far ? 'kilometer' : 'meter', unitDisplay: 'short', maximumFractionDigits: far && value < 10 ? 1 : 0,
    }).format(value);
}

export function writeTime(text) {
    const at = new Date(text);
    const today = new Date().toDateString() === at.toDateString();
    return new Intl.DateTimeFormat(city.language, today ? {timeStyle: 'short'} : {dateStyle: 'medium', timeStyle: 'short'}).format(at);
}

/** Metres between two [longitude, latitude]; flat, which is exact enough within a city. */
export function metresBetween([lon1, lat1], [lon2, lat2]) {
    const METRES_PER_DEGREE = 111_195;
    const shrink = Math.cos(((lat1 + lat2) / 2) * (Math.PI / 180));
    return METRES_PER_DEGREE * Math.hypot((lon2 - lon1) * shrink, lat2 - lat1);
}
