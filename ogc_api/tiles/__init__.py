"""OGC API Tiles: vector tiles and what describes them."""
