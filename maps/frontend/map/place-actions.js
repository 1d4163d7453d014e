// The buttons of a place's card, on its own page and in the map's panel.

import {toast} from './toast.js';

/** `showOnMap` replaces the link to the map where the map is already there. */
export function prepareCard(card, {showOnMap = null} = {}) {
    const share = card.querySelector('[data-share]');
    share.hidden = false;
    share.addEventListener('click', () => shareLink(share.dataset.shareTitle, card.querySelector('[data-place-page]').href));
    card.querySelector('[data-show-on-map]').addEventListener('click', (event) => {
        if (!showOnMap) return;
        event.preventDefault();
        showOnMap();
    });
}

async function shareLink(title, url) {
    if (navigator.share && matchMedia('(pointer: coarse)').matches) {
        await navigator.share({title, url}).catch(() => {}); // the reader thought better of it
        return;
    }
    try {
        await navigator.clipboard.writeText(url);
        toast('linkCopied');
    } catch {
        toast('shareFailed', {link: url});
    }
}
