// Measured values, written as the server writes them.

import {city} from '../map/city.js';

export function writeValue(value, decimals) {
    const format = {minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false, signDisplay: 'negative'};
    return new Intl.NumberFormat(city.language, format).format(value).replace('-', '−');
}

/** Number and unit; signs that stick to the number do. */
export function writeReading(value, decimals, unit) {
    const apart = !unit || unit === '°' || unit.startsWith('/') ? '' : '\u00a0';
    return `${writeValue(value, decimals)}${apart}${unit}`;
}
