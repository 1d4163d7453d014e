// The map's style, made from the declared layers alone: a layer that is added tomorrow is drawn without a change here.

import {city, layers} from './city.js';
import {palette} from './palette.js';
import {isOn} from './state.js';

const KIND = ['coalesce', ['get', 'category'], '']; // a layer's kind or mode is called so too in the tiles
const REGULAR = ['City Regular'];
const BOLD = ['City Bold'];
const TILES_ZOOM_MAX = 16; // deeper ones are magnified: a tile of 16 is precise to 15 cm
const LABELS_FROM_ZOOM = 14.5;
const NAMES = ['coalesce', ['get', `name_${city.language}`], ['get', 'name'], ''];
export const nameOf = (properties) => properties[`name_${city.language}`] ?? properties.name ?? '';
const NOTHING = {type: 'FeatureCollection', features: []};

// What lies under what. Within a phase the layers' own order decides.
const PHASES = ['ground', 'cover', 'bounds', 'casing', 'street', 'area', 'line', 'linelabel', 'groundlabel', 'dot', 'icon', 'cluster', 'count'];

export function mapStyle() {
    const parts = layers.flatMap((layer) => draw(layer));
    parts.sort((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || a.order - b.order);
    return {
        version: 8,
        'font-faces': {'City Regular': fontFaces(400), 'City Bold': fontFaces(600)},
        sources: {
            city: {type: 'vector', tiles: [location.origin + city.urls.tiles], maxzoom: TILES_ZOOM_MAX},
            labels: {type: 'geojson', data: {type: 'FeatureCollection', features: (city.labels ?? []).map(labelFeature)}},
            live: {type: 'geojson', data: NOTHING},
            selected: {type: 'geojson', data: NOTHING},
            position: {type: 'geojson', data: NOTHING},
        },
        layers: [
            {id: 'background', type: 'background', paint: {'background-color': palette().outside}},
            ...parts.map((part) => part.style),
            ...overlays(),
        ],
    };
}

function labelFeature({point, layer, name, kind, extent_m}) {
    return {type: 'Feature', geometry: {type: 'Point', coordinates: point}, properties: {layer, name, category: kind, extent_m}};
}

function fontFaces(weight) {
    const file = (subset) => `${location.origin}${city.urls.fonts}noto-sans-${subset}-${weight}-normal.woff2`;
    return [
        {url: file('latin'), 'unicode-range': ['U+0020-00FF', 'U+2000-206F']},
        {url: file('latin-ext'), 'unicode-range': ['U+0100-02FF']},
    ];
}

const withoutSourceLayer = ({'source-layer': _, ...style}) => style;

/** A layer's style layers. Each knows its layer, so that a switch finds it. */
export function draw(layer) {
    const part = (phase, name, type, rest) => ({
        phase,
        order: layer.order,
        style: {
            id: `${layer.id}/${name}`,
            type,
            source: 'city',
            'source-layer': layer.id,
            metadata: {layer: layer.id},
            ...rest,
            layout: {visibility: isOn(layer.id) ? 'visible' : 'none', ...rest.layout},
        },
    });
    if (layer.drawn?.length) return layer.drawn.map((drawn) => asDrawn(layer, drawn, part));
    if (layer.geometry === 'Polygon' && !layer.listed) return drawGround(layer, part);
    if (layer.geometry === 'LineString' && !layer.listed) return drawStreets(layer, part);
    if (layer.geometry === 'Point') return [...drawShapes(layer, part), ...drawPoints(layer, part)];
    return [...drawShapes(layer, part), labelShapes(layer, part)];
}

const DRAWN_PHASES = {fill: 'area', 'fill-extrusion': 'area', heatmap: 'area', line: 'line', circle: 'dot', symbol: 'icon'};

/** What a planner wrote, in its place among ours. */
function asDrawn(layer, {id, type, source: _, 'source-layer': __, ...rest}, part) {
    return part(DRAWN_PHASES[type] ?? 'area', id, type, rest);
}

/** The layer's colour, or that of a feature's category where the style names one. */
function colorOf(layer) {
    const classes = Object.entries(layer.classes ?? {}).flat();
    return classes.length ? ['match', KIND, ...classes, layer.color] : layer.color;
}

const sized = (layer, stops) => ['interpolate', ['linear'], ['zoom'], ...stops.map((value, index) => (index % 2 ? value * (layer.size ?? 1) : value))];

function drawGround(layer, part) {
    const c = palette();
    const boundaries = ['city', 'district', 'municipality', 'eldership', 'county', 'zone'];
    const isBoundary = ['in', KIND, ['literal', boundaries]];
    const named = (phase, name, rest) => {
        const {style, ...where} = part(phase, name, 'symbol', rest);
        return {...where, style: withoutSourceLayer({...style, source: 'labels'})};
    };
    // An area is named from the zoom on at which it is about as wide as a word.
    const roomFor = ['>=', ['get', 'extent_m'], ['step', ['zoom'], 1500, 12.5, 700, 13.5, 300, 14.5, 120, 15.5, 0]];
    return [
        part('ground', 'city', 'fill', {filter: ['==', KIND, 'city'], paint: {'fill-color': c.land}}),
        part('cover', 'fill', 'fill', {
            filter: ['!', isBoundary],
            layout: {'fill-sort-key': ['match', KIND, 'water', 1, 'island', 2, 0]},
            paint: {
                'fill-color': ['match', KIND, 'water', c.water, 'park', c.park, 'forest', c.forest, 'island', c.island, layer.color],
                'fill-opacity': ['match', KIND, ['water', 'park', 'forest', 'island'], 1, 0.15],
            },
        }),
        part('bounds', 'district', 'line', {
            filter: ['all', isBoundary, ['!=', KIND, 'city']],
            minzoom: 11,
            paint: {'line-color': c.district, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.6, 16, 1.5], 'line-dasharray': [3, 2]},
        }),
        part('bounds', 'limit', 'line', {
            filter: ['==', KIND, 'city'],
            layout: {'line-join': 'round'},
            paint: {'line-color': c.boundary, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1.2, 15, 3], 'line-opacity': 0.7},
        }),
        named('groundlabel', 'district-name', {
            filter: ['all', ['==', ['get', 'layer'], layer.id], isBoundary, ['!=', KIND, 'city']],
            minzoom: 11.5,
            maxzoom: 16,
            layout: {...text(['get', 'name'], {size: 11.5}), 'text-font': BOLD, 'text-letter-spacing': 0.06, 'text-max-width': 7, 'text-padding': 8},
            paint: ink(c.softLabel),
        }),
        named('groundlabel', 'ground-name', {
            filter: ['all', ['==', ['get', 'layer'], layer.id], ['!', isBoundary], roomFor],
            minzoom: 11.5,
            layout: {...text(['get', 'name'], {size: 11.5}), 'text-max-width': 7, 'text-padding': 8, 'symbol-sort-key': ['-', ['get', 'extent_m']]},
            paint: ink(['match', KIND, 'water', c.waterLabel, c.greenLabel]),
        }),
    ];
}

const SLIGHT = ['path', 'cycleway'];

/** Widths in pixels at zooms 11, 14 and 18. */
function streetWidth(extra) {
    const stop = (primary, secondary, street, slight) =>
        ['match', KIND, 'primary', primary + extra, 'secondary', secondary + extra, SLIGHT, slight, street + extra];
    return ['interpolate', ['exponential', 1.5], ['zoom'], 11, stop(1.6, 1.1, 0.4, 0.2), 14, stop(5, 4, 2.6, 0.9), 18, stop(24, 20, 15, 3.5)];
}

function drawStreets(layer, part) {
    const c = palette();
    const round = {'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['match', KIND, 'primary', 3, 'secondary', 2, SLIGHT, 0, 1]};
    return [
        part('casing', 'casing', 'line', {
            filter: ['!', ['in', KIND, ['literal', SLIGHT]]],
            minzoom: 12,
            layout: round,
            paint: {'line-color': ['match', KIND, 'primary', c.mainCasing, 'secondary', c.secondCasing, c.streetCasing], 'line-width': streetWidth(1.6)},
        }),
        part('street', 'slight', 'line', {
            filter: ['in', KIND, ['literal', SLIGHT]],
            minzoom: 13.5,
            layout: {'line-join': 'round'},
            paint: {'line-color': ['match', KIND, 'cycleway', c.cycleway, c.path], 'line-width': streetWidth(0), 'line-dasharray': [2.5, 1.5]},
        }),
        part('street', 'line', 'line', {
            filter: ['!', ['in', KIND, ['literal', SLIGHT]]],
            layout: round,
            paint: {'line-color': ['match', KIND, 'primary', c.main, 'secondary', c.second, c.street], 'line-width': streetWidth(0)},
        }),
        part('linelabel', 'label', 'symbol', {
            minzoom: 13.2,
            filter: ['!=', NAMES, ''],
            layout: {
                ...text(NAMES, {size: ['interpolate', ['linear'], ['zoom'], 13, 10.5, 18, 14]}),
                'symbol-placement': 'line', 'symbol-spacing': 320, 'text-max-angle': 30, 'text-padding': 6,
                'symbol-sort-key': ['match', KIND, 'primary', 0, 'secondary', 1, SLIGHT, 3, 2],
            },
            paint: ink(c.softLabel),
        }),
    ];
}

/** Areas and courses of layers that people go to: tinted with the layer's colour. */
function drawShapes(layer, part) {
    const color = Object.keys(layer.classes ?? {}).length ? colorOf(layer) : ['coalesce', ['to-color', ['get', 'color'], layer.color], layer.color];
    return [
        part('area', 'area', 'fill', {
            filter: ['==', ['geometry-type'], 'Polygon'],
            paint: {'fill-color': colorOf(layer), 'fill-opacity': 0.16},
        }),
        part('line', 'line', 'line', {
            filter: ['!=', ['geometry-type'], 'Point'],
            layout: {'line-cap': 'round', 'line-join': 'round'},
            paint: {'line-color': color, 'line-width': sized(layer, [10, 1.2, 16, 3.5]), 'line-opacity': 0.85},
        }),
    ];
}

function labelShapes(layer, part) {
    const lines = layer.geometry === 'LineString';
    return part('linelabel', 'label', 'symbol', {
        minzoom: layer.labelZoom || 12.5,
        layout: {...text(layer.labels === false ? '' : NAMES, {size: 11.5}), 'symbol-placement': lines ? 'line' : 'point', 'text-padding': 10},
        paint: ink(layer.color),
    });
}

const isCluster = ['has', 'point_count'];

/** A dot for each, so that nothing hides, and above it the icons and names for which there is room. */
function drawPoints(layer, part) {
    const c = palette();
    return [
        ...(layer.clustered ? drawClusters(layer, part) : []),
        part('dot', 'dot', 'circle', {
            filter: ['all', ['==', ['geometry-type'], 'Point'], ['!', isCluster]],
            paint: {
                'circle-color': colorOf(layer),
                'circle-radius': sized(layer, [9, 1.5, 13, 3, 17, 5]),
                'circle-stroke-color': c.ring,
                'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 9, 0.4, 14, 1.2],
            },
        }),
        part('icon', 'icon', 'symbol', {
            minzoom: Math.max(layer.minzoom, 10.5),
            filter: ['!', isCluster],
            layout: {
                'icon-image': ['concat', 'marker|', colorOf(layer), `|${layer.icon}|`, KIND, `|${c.ring}`],
                'icon-size': sized(layer, [11, 0.75, 15, 1, 18, 1.15]),
                'icon-padding': 1,
                ...text(layer.labels === false ? '' : ['step', ['zoom'], '', layer.labelZoom || LABELS_FROM_ZOOM, NAMES], {size: 12}),
                'text-optional': true,
                'text-variable-anchor': ['top', 'left', 'right', 'bottom'],
                'text-radial-offset': 1.15,
                'text-justify': 'auto',
                'text-max-width': 9,
            },
            paint: ink(c.label),
        }),
    ];
}

/** Near points that the server sends as one, with their number: the more, the larger. */
function drawClusters(layer, part) {
    const c = palette();
    return [
        part('cluster', 'cluster', 'circle', {
            filter: isCluster,
            paint: {
                'circle-color': layer.color, 'circle-opacity': 0.92,
                'circle-radius': ['step', ['get', 'point_count'], 12, 10, 15, 100, 19, 1000, 24],
                'circle-stroke-color': c.ring, 'circle-stroke-width': 2,
            },
        }),
        part('count', 'count', 'symbol', {
            filter: isCluster,
            layout: {
                ...text(['to-string', ['get', 'point_count']], {size: 12}), 'text-font': BOLD,
                'text-padding': 0, 'symbol-sort-key': ['-', ['get', 'point_count']],
            },
            paint: {'text-color': '#ffffff'},
        }),
    ];
}

/** What does not come from tiles: live readings, the open place, the reader's own position. */
function overlays() {
    const c = palette();
    return [
        {
            id: 'live', type: 'symbol', source: 'live', minzoom: 11.5,
            layout: {
                'icon-image': ['concat', 'pill|', ['case', ['get', 'fresh'], ['get', 'color'], c.pillSilent], `|${c.pill}`],
                'icon-text-fit': 'both', 'icon-allow-overlap': false, 'text-padding': 0,
                ...text(['get', 'label'], {size: 12}), 'text-font': BOLD,
            },
            paint: {'text-color': ['case', ['get', 'fresh'], c.pillText, c.pillSilent]},
        },
        {
            id: 'position/accuracy', type: 'fill', source: 'position', filter: ['==', ['geometry-type'], 'Polygon'],
            paint: {'fill-color': c.position, 'fill-opacity': 0.14},
        },
        {
            id: 'position/dot', type: 'circle', source: 'position', filter: ['==', ['geometry-type'], 'Point'],
            paint: {'circle-radius': 7, 'circle-color': c.position, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 3},
        },
        {
            id: 'selected', type: 'symbol', source: 'selected',
            layout: {
                'icon-image': ['get', 'image'], 'icon-anchor': 'bottom', 'icon-allow-overlap': true, 'icon-ignore-placement': true,
                ...text(NAMES, {size: 13}), 'text-font': BOLD, 'text-anchor': 'top', 'text-offset': [0, 0.3], 'text-optional': true,
            },
            paint: ink(c.label),
        },
    ];
}

function text(field, {size}) {
    return {'text-field': field, 'text-font': REGULAR, 'text-size': size};
}

function ink(color) {
    return {'text-color': color, 'text-halo-color': palette().halo, 'text-halo-width': 1.5, 'text-halo-blur': 0.3};
}
