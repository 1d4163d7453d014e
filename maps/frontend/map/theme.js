// Sets the chosen colours before the first paint; hence a classic script in the head. Without a choice the device decides.
(() => {
    const THEMES = ['auto', 'light', 'dark'];
    const root = document.documentElement;

    function chosen() {
        try {
            const theme = localStorage.getItem('theme');
            return THEMES.includes(theme) ? theme : 'auto';
        } catch {
            return 'auto'; // storage is off
        }
    }

    function apply(theme) {
        if (theme === 'auto') delete root.dataset.theme;
        else root.dataset.theme = theme;
        root.dispatchEvent(new CustomEvent('themechange'));
    }

    function nameOn(button) {
        const text = button.dataset[`label${chosen()[0].toUpperCase()}${chosen().slice(1)}`];
        button.setAttribute('aria-label', text);
        button.title = text;
    }

    apply(chosen());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(chosen()));
    document.addEventListener('DOMContentLoaded', () => {
        for (const button of document.querySelectorAll('[data-theme-switch]')) {
            button.hidden = false;
            nameOn(button);
            button.addEventListener('click', () => {
                const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length];
                try {
                    localStorage.setItem('theme', next);
                } catch { /* the choice then lasts for this page */ }
                apply(next);
                nameOn(button);
            });
        }
    });
})();
