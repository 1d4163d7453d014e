from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from gis_platform.core import outbox, queues
from tests.servers import redis_server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def redis(redis_url, settings) -> Iterator[Redis]:
    """An empty Redis behind core's queues."""
    settings.REDIS_URL = redis_url
    queues.redis.cache_clear()
    queues.redis().flushall()
    yield queues.redis()
    queues.redis().close()
    queues.redis.cache_clear()


@pytest.fixture
def no_redis(settings, tmp_path) -> Iterator[None]:
    """A Redis that is not there."""
    settings.REDIS_URL = f"unix://{tmp_path}/no-socket"
    queues.redis.cache_clear()
    yield
    queues.redis.cache_clear()


@pytest.fixture
def topic() -> Iterator[Callable[..., str]]:
    """Registers a function as a topic's handler for the length of one test, in which no room has any."""
    rooms = [(registry, registry.copy()) for registry in (outbox.HANDLERS, outbox.PERIODIC)]
    for registry, _ in rooms:
        registry.clear()

    def register(function: Callable[..., Any], **options: Any) -> str:
        outbox.handler("test.topic", **options)(function)
        return "test.topic"

    yield register
    for registry, former in rooms:
        registry.clear()
        registry.update(former)
