// The map's colours by day and by night: pale land, so that markers carry the picture.

const LIGHT = {
    outside: '#ecebe5', land: '#f7f6f2', water: '#b4d6e6', waterLabel: '#38708c',
    park: '#d3e7c6', forest: '#c0dbb2', island: '#e3edd6', greenLabel: '#43703a',
    street: '#ffffff', streetCasing: '#d9d5cb', main: '#ffe9bd', mainCasing: '#e4c98c', second: '#fff8e6', secondCasing: '#dccfab', path: '#cfc8ba', cycleway: '#8fb8a3',
    boundary: '#8d7fae', district: '#b3aac6', label: '#2b333b', softLabel: '#69717a', halo: '#fbfaf7',
    ring: '#ffffff', pill: '#ffffff', pillText: '#1c2329', pillSilent: '#69717a', position: '#1a73e8',
};
const DARK = {
    outside: '#12171c', land: '#1a2027', water: '#16394a', waterLabel: '#7fb4cd',
    park: '#1d3226', forest: '#1a2c22', island: '#1f2b25', greenLabel: '#86b596',
    street: '#343d47', streetCasing: '#161b20', main: '#5a5341', mainCasing: '#1d1e1c', second: '#464640', secondCasing: '#191c1e', path: '#3b434c', cycleway: '#3d5c4d',
    boundary: '#7d70a0', district: '#4d4864', label: '#e4e9ed', softLabel: '#98a4af', halo: '#161b21',
    ring: '#10151a', pill: '#242c34', pillText: '#eaeef1', pillSilent: '#98a4af', position: '#6aa8ff',
};

export function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export const palette = () => (isDark() ? DARK : LIGHT);
