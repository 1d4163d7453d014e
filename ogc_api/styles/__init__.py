"""OGC API Styles: how layers are drawn, as MapLibre styles that work as they are."""
