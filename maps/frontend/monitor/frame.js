// Inside of the map's frame: gives folium's layers their names and readings, as text, and speaks with the page around.
// The frame is sandboxed and has no origin, hence a classic script and postMessage to anybody; nothing here is secret.

const cityFrame = (() => {
    const LABELS_MAX = 60; // more readings than this would cover the map
    const found = {cells: new Map(), places: new Map(), sensors: new Map()};
    let data = null;
    let map = null;

    function known() {
        data ??= JSON.parse(document.getElementById('city-frame').textContent);
        return data;
    }

    /** What folium calls for each feature of the layer. */
    function each(layer) {
        return ({id}, drawn) => {
            if (!(layer in found)) return;
            found[layer].set(String(id), drawn);
            drawn.bindPopup(() => popup(layer, String(id)), {maxWidth: 260, minWidth: 140});
            if (layer === 'sensors' && Object.keys(known().sensors).length <= LABELS_MAX) label(drawn, known().sensors[id]);
        };
    }

    function label(drawn, {label: text, state}) {
        if (!text) return;
        const words = part('span', state === 'live' ? '' : 'reading-silent', text);
        if (drawn.getTooltip()) drawn.setTooltipContent(words);
        else drawn.bindTooltip(words, {permanent: true, direction: 'top', offset: [0, -8], className: 'reading'});
    }

    function popup(layer, id) {
        const {texts} = known();
        const {name, kind, label: text, state} = known()[layer][id] ?? {};
        const box = document.createElement('div');
        box.append(part('strong', '', name || kind || id));
        if (kind && name) box.append(part('span', 'popup-more', kind));
        if (text) box.append(part('span', 'popup-label', text));
        if (state && state !== 'live') box.append(part('span', 'popup-more', texts[state]));
        if (parent !== window) {
            const button = part('button', 'popup-button', texts.inTable);
            button.addEventListener('click', () => tell({kind: 'find', layer, id}));
            box.append(button);
        }
        return box;
    }

    /** Hides the readings that would lie over others; the silent sensors' stay first. */
    function thinOut() {
        const order = [...found.sensors].sort(([a], [b]) => (known().sensors[a].state === 'live') - (known().sensors[b].state === 'live'));
        const taken = [];
        const labels = order.map(([, drawn]) => drawn.getTooltip()?.getElement()).filter(Boolean);
        for (const node of labels) node.classList.remove('covered');
        for (const node of labels) {
            const box = node.getBoundingClientRect();
            const covered = taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
            node.classList.toggle('covered', covered);
            if (!covered && box.width) taken.push(box);
        }
    }

    /** A node whose text is text, whatever it holds. */
    function part(tag, css, text) {
        const node = document.createElement(tag);
        if (css) node.className = css;
        node.textContent = text;
        return node;
    }

    function tell(message) {
        parent.postMessage(message, '*');
    }

    const orders = {
        theme({theme}) {
            document.documentElement.dataset.theme = theme;
        },
        show({layer, on}) {
            if (layer in found) map.getContainer().classList.toggle(`without-${layer}`, !on);
        },
        category({category}) {
            for (const [id, drawn] of found.sensors) {
                const other = Boolean(category) && known().sensors[id]?.category !== category;
                drawn.getElement()?.classList.toggle('other-kind', other);
                drawn.getTooltip()?.getElement()?.classList.toggle('other-kind', other);
            }
            thinOut();
        },
        readings({sensors}) {
            for (const [id, reading] of Object.entries(sensors)) {
                const drawn = found.sensors.get(id);
                if (!drawn) continue;
                Object.assign(known().sensors[id], reading);
                for (const state of ['live', 'silent', 'empty']) drawn.getElement()?.classList.toggle(`sensor-${state}`, state === reading.state);
                if (drawn.getTooltip()) label(drawn, known().sensors[id]);
            }
            thinOut();
        },
        go({layer, id}) {
            const drawn = found[layer]?.get(id);
            if (!drawn) return;
            map.setView(drawn.getLatLng?.() ?? drawn.getBounds().getCenter(), Math.max(map.getZoom(), 15), {animate: false});
            drawn.openPopup();
            drawn.getPopup().getElement()?.querySelector('.popup-button')?.focus();
        },
    };

    addEventListener('message', (event) => {
        if (!map) return; // too early: the page greets again when it hears that we are ready
        if (event.source === parent && event.data && Object.hasOwn(orders, event.data.kind)) orders[event.data.kind](event.data);
    });

    addEventListener('DOMContentLoaded', () => {
        map = window.map_city;
        const {texts} = known();
        const container = map.getContainer();
        container.setAttribute('role', 'region');
        container.setAttribute('aria-label', texts.map);
        for (const [name, text] of [['in', texts.zoomIn], ['out', texts.zoomOut]]) {
            const button = container.querySelector(`.leaflet-control-zoom-${name}`);
            button.title = text;
            button.setAttribute('aria-label', text);
        }
        map.on('zoomend resize', thinOut);
        map.on('popupopen', ({popup: opened}) => opened.getElement().querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', texts.close));
        thinOut();
        if (parent !== window) tell({kind: 'ready'});
    });

    return {each};
})();
