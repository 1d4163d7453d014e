// Shows the sensors of one kind, here and on the map, without loading the page again.

const chips = [...document.querySelectorAll('[data-categories] [data-category]')];
const bodies = document.querySelectorAll('tbody[data-category]');

export function startCategories(changed) {
    for (const chip of chips) {
        chip.addEventListener('click', (event) => {
            event.preventDefault();
            choose(chip.dataset.category);
            changed(chip.dataset.category);
            const url = new URL(location.href);
            if (chip.dataset.category) url.searchParams.set('category', chip.dataset.category);
            else url.searchParams.delete('category');
            history.replaceState(null, '', url);
        });
    }
}

export const chosen = () => chips.find((chip) => chip.ariaCurrent === 'true')?.dataset.category ?? '';

export function choose(category) {
    for (const chip of chips) {
        if (chip.dataset.category === category) chip.setAttribute('aria-current', 'true');
        else chip.removeAttribute('aria-current');
    }
    for (const body of bodies) body.hidden = Boolean(category) && body.dataset.category !== category;
}
