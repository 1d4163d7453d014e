"""What the outbox hands to this room."""

from gis_platform.core.outbox import handler
from layers.base.editing import CHANGED


@handler(CHANGED)
def announce(layer: str, feature: int, version: int, operation: str) -> None:
    """Prepares what the layer's subscribers are told."""
