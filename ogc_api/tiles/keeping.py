"""Tiles kept in Redis, which may be away or lose them at any time: then they are written anew."""

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

KEPT_S = 86_400  # a tile's key changes with its content, so this only bounds the room that old ones take

type Kept = tuple[bytes, tuple[str, ...]]  # the tile, and the layers of which it does not hold every feature

log = structlog.get_logger(__name__)


def kept(key: str) -> Kept | None:
    try:
        found: Kept | None = cache.get(key)
    except RedisError as error:
        log.warning("tiles are not kept", error=type(error).__qualname__)
        return None
    return found


def keep(key: str, tile: Kept) -> None:
    try:
        cache.set(key, tile, KEPT_S)
    except RedisError as error:
        log.warning("tiles are not kept", error=type(error).__qualname__)
