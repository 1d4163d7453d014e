/** Whether this browser can draw the map, which takes WebGL 2. */
export function canDraw() {
    try {
        return Boolean(document.createElement('canvas').getContext('webgl2'));
    } catch {
        return false;
    }
}
