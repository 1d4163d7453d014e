// The drawn map: MapLibre with our style, and the few things that the other modules ask of it.

import {LngLatBounds, Map as LibreMap, ScaleControl} from '../vendor/maplibre-gl/maplibre-gl.mjs';
import {city, layerOf, listedLayers} from './city.js';
import {drawImage, pinImage} from './markers.js';
import {isOn, moved, openPlace, state} from './state.js';
import {mapStyle, nameOf} from './style.js';

const FINGER_PX = 9; // how far beside a marker still counts as on it
const DESK_PANEL_PX = 424;
const PLACE_ZOOM_MIN = 15.5;

const CLUSTER_STEP = 2; // zooms

let map = null;
let selected = null;
let live = null;
let position = null;

/** Puts the map into `container`. */
export function drawMap(container, {label}) {
    map = new LibreMap({
        container,
        style: city.baseMapStyle || mapStyle(),
        center: [state.position.longitude, state.position.latitude],
        zoom: state.position.zoom,
        minZoom: 7,
        maxZoom: 19.5,
        maxBounds: roomAround(city.bounds),
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        attributionControl: false,
        fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
        transformRequest: (url) => ({url, credentials: 'same-origin'}),
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute('aria-label', label);
    map.addControl(new ScaleControl({maxWidth: 90}), 'bottom-right');
    map.setPadding(padding());
    map.setMissingStyleImageResolver(addImage);
    map.on('moveend', () => moved(where()));
    map.on('click', (event) => open(featureUnder(event.point)));
    map.on('mousemove', (event) => { map.getCanvas().style.cursor = featureUnder(event.point) ? 'pointer' : ''; });
    map.on('style.load', () => { fillSources(); });
    if (city.baseMapStyle) map.once('style.load', () => layOver());
    state.addEventListener('layers', showLayers);
    state.addEventListener('position', () => jumpTo(state.position));
    document.documentElement.addEventListener('themechange', () => restyle());
    return map;
}

function roomAround([west, south, east, north]) {
    const MARGIN = 0.6; // degrees
    return [[west - MARGIN, south - MARGIN], [east + MARGIN, north + MARGIN]];
}

function where() {
    const {lng, lat} = map.getCenter();
    return {zoom: map.getZoom(), latitude: lat, longitude: lng};
}

function addImage(id) {
    const drawn = drawImage(id);
    if (drawn && !map.hasImage(id)) map.addImage(id, drawn.data, drawn.options);
}

/** Our layers above somebody else's base map: all but the ground, which that map already draws. */
function layOver() {
    const ours = mapStyle();
    for (const [id, source] of Object.entries(ours.sources)) map.addSource(id, source);
    map.setFontFaces({...map.getFontFaces(), ...ours['font-faces']});
    for (const layer of ours.layers) {
        const about = layerOf(layer.metadata?.layer);
        if (layer.type !== 'background' && about?.listed !== false) map.addLayer(layer);
    }
    fillSources();
}

function restyle() {
    if (city.baseMapStyle) return;
    map.setStyle(mapStyle());
}

function showLayers() {
    for (const layer of map.getStyle().layers) {
        const id = layer.metadata?.layer;
        if (id) map.setLayoutProperty(layer.id, 'visibility', isOn(id) ? 'visible' : 'none');
    }
    fillSources();
}

/** Goes nearer to a cluster, until it parts; opens a place. */
function open(feature) {
    if (feature?.properties.point_count) {
        map.easeTo({center: feature.geometry.coordinates, zoom: map.getZoom() + CLUSTER_STEP, duration: duration(350)});
        return;
    }
    openPlace(feature && {layer: feature.properties.layer ?? feature.sourceLayer, id: String(feature.properties.id ?? feature.id)});
}

function featureUnder(point) {
    const reach = [[point.x - FINGER_PX, point.y - FINGER_PX], [point.x + FINGER_PX, point.y + FINGER_PX]];
    const ours = map.getStyle().layers.filter((layer) => layer.source === 'live' || layerOf(layer.metadata?.layer)?.listed);
    const [hit] = map.queryRenderedFeatures(reach, {layers: ours.map((layer) => layer.id)});
    return hit ?? null;
}

/** What of the listed layers lies in the window, from the tiles that the map already has. Null without a map. */
export function featuresInView() {
    if (!map?.getSource('city')) return null;
    const bounds = freeBounds();
    const found = new Map();
    for (const layer of listedLayers) {
        if (!isOn(layer.id)) continue;
        for (const feature of map.querySourceFeatures('city', {sourceLayer: layer.id})) {
            const key = `${layer.id}/${feature.id}`;
            const point = middle(feature.geometry);
            if (feature.properties.point_count || found.has(key) || !bounds.contains(point)) continue;
            const {properties} = feature;
            found.set(key, {layer, id: String(feature.id), name: nameOf(properties), kind: properties.category ?? '', point});
        }
    }
    return [...found.values()];
}

/** The layers whose features are now sent as clusters, and the box in view: a list must ask for them. */
export function clusteredInView() {
    if (!map?.getSource('city')) return {layers: [], bounds: city.bounds};
    const zoom = Math.floor(map.getZoom());
    return {
        layers: listedLayers.filter((layer) => layer.clustered > zoom && isOn(layer.id)),
        bounds: freeBounds().toArray().flat(),
    };
}

/** The part of the map that no panel covers. */
function freeBounds() {
    const {left, right, top, bottom} = padding();
    const {clientWidth, clientHeight} = map.getContainer();
    const corners = [[left, top], [clientWidth - right, clientHeight - bottom]];
    return corners.reduce((bounds, corner) => bounds.extend(map.unproject(corner)), new LngLatBounds());
}

export function middle(geometry) {
    if (geometry.type === 'Point') return geometry.coordinates;
    const bounds = new LngLatBounds();
    const walk = (part) => (typeof part[0] === 'number' ? bounds.extend(part) : part.forEach(walk));
    walk(geometry.coordinates);
    return bounds.getCenter().toArray();
}

export function centre() {
    return map ? map.getCenter().toArray() : [state.position.longitude, state.position.latitude];
}

export function zoomBy(steps) {
    map?.easeTo({zoom: map.getZoom() + steps, duration: duration(250)});
}

function jumpTo({zoom, latitude, longitude}) {
    map.jumpTo({zoom, center: [longitude, latitude]});
}

/** Brings a point into the free part of the window, near enough to be recognised. */
export function goTo(point, {zoom = PLACE_ZOOM_MIN} = {}) {
    map?.easeTo({center: point, zoom: Math.max(map.getZoom(), zoom), padding: padding(), duration: duration(700)});
}

export function isInView(point) {
    return map ? freeBounds().contains(point) : true;
}

/** The panel's side or the sheet's height, so that what is shown is not behind it. */
function padding() {
    const phone = matchMedia('(max-width: 760px)').matches;
    if (!phone) return {left: DESK_PANEL_PX, right: 0, top: 0, bottom: 0};
    const sheet = document.querySelector('[data-panel]');
    const half = map.getContainer().clientHeight * 0.46;
    return {left: 0, right: 0, top: 64, bottom: Math.min(Number(sheet?.dataset.height ?? half), half)};
}

export function panelMoved() {
    map?.easeTo({padding: padding(), duration: duration(220)});
}

function duration(milliseconds) {
    return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : milliseconds;
}

/** Marks the open place; null unmarks. `place` has layer, kind, name and point. */
export function select(place) {
    selected = place && {
        type: 'Feature',
        geometry: {type: 'Point', coordinates: place.point},
        properties: {name: place.name, image: pinImage(place.layer, place.kind)},
    };
    fillSources();
}

export function showLive(features) {
    live = features;
    fillSources();
}

export function showPosition(features) {
    position = features;
    fillSources();
}

function fillSources() {
    if (!map) return;
    const collection = (features) => ({type: 'FeatureCollection', features: features ?? []});
    map.getSource('live')?.setData(collection(live?.filter((feature) => isOn(feature.properties.layer))));
    map.getSource('selected')?.setData(collection(selected ? [selected] : []));
    map.getSource('position')?.setData(collection(position));
}
