// Copies what the browser needs from node_modules to frontend/vendor, and writes down every file's hash.
// The copies are committed: a city's machine needs no package registry to serve its map.

import {createHash} from 'node:crypto';
import {cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';

const FROM = new URL('node_modules/', import.meta.url).pathname;
const TO = new URL('frontend/vendor/', import.meta.url).pathname;

const FILES = {
    'maplibre-gl/maplibre-gl.mjs': 'maplibre-gl/dist/maplibre-gl.mjs',
    'maplibre-gl/maplibre-gl-worker.mjs': 'maplibre-gl/dist/maplibre-gl-worker.mjs',
    'maplibre-gl/maplibre-gl.css': 'maplibre-gl/dist/maplibre-gl.css',
    'maplibre-gl/LICENSE.txt': 'maplibre-gl/LICENSE.txt',
    'jsqr/jsQR.js': 'jsqr/dist/jsQR.js',
    'jsqr/LICENSE': 'jsqr/LICENSE',
    'leaflet/leaflet.js': 'leaflet/dist/leaflet.js',
    'leaflet/leaflet.css': 'leaflet/dist/leaflet.css',
    'leaflet/LICENSE': 'leaflet/LICENSE',
    'lean-qr/lean-qr.mjs': 'lean-qr/index.mjs',
    'lean-qr/LICENSE': 'lean-qr/LICENSE',
    'maki/LICENSE.txt': '@mapbox/maki/LICENSE.txt',
    'noto-sans/LICENSE': '@fontsource/noto-sans/LICENSE',
};
for (const subset of ['latin', 'latin-ext']) {
    for (const weight of [400, 600]) {
        const name = `noto-sans-${subset}-${weight}-normal.woff2`;
        FILES[`noto-sans/${name}`] = `@fontsource/noto-sans/files/${name}`;
    }
}

const TEXT = /\.(css|txt)$|LICENSE$/; // git keeps line feeds alone; what is hashed is what a clone holds

async function copyFiles() {
    for (const [to, from] of Object.entries(FILES)) {
        await mkdir(path.dirname(TO + to), {recursive: true});
        await cp(FROM + from, TO + to);
        if (TEXT.test(to)) await writeFile(TO + to, (await readFile(TO + to, 'utf8')).replaceAll('\r\n', '\n'));
    }
}

/** One file of path data instead of 200 small requests. Maki draws on a square of 15 units. */
async function writeIcons() {
    const folder = `${FROM}@mapbox/maki/icons/`;
    const icons = {};
    for (const file of (await readdir(folder)).sort()) {
        const paths = [...(await readFile(folder + file, 'utf8')).matchAll(/<path[^>]*?\sd="([^"]+)"/g)];
        if (!file.endsWith('-JP.svg') && paths.length === 1) {
            icons[file.replace('.svg', '')] = paths[0][1].replace(/&#x[9aA];/g, ' ');
        }
    }
    await writeFile(`${TO}maki/icons.json`, `${JSON.stringify(icons, null, 0).replaceAll('","', '",\n"')}\n`);
}

async function writeHashes() {
    const names = [...Object.keys(FILES), 'maki/icons.json'].sort();
    const lines = [];
    for (const name of names) {
        lines.push(`${createHash('sha256').update(await readFile(TO + name)).digest('hex')}  ${name}`);
    }
    await writeFile(`${TO}SHA256SUMS`, `${lines.join('\n')}\n`);
}

for (const folder of ['jsqr', 'leaflet', 'lean-qr', 'maplibre-gl', 'maki', 'noto-sans']) {
    await rm(TO + folder, {recursive: true, force: true});
}
await copyFiles();
await writeIcons();
await writeHashes();
