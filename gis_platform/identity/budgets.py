"""How much somebody may ask for: token buckets in Redis, of which each process holds a few tokens in advance.

So most requests are counted in memory and cost a microsecond. What a process holds and does not use is lost to its
caller after some seconds: at most a fiftieth of the budget for each process.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import structlog
from redis import RedisError

from gis_platform.core import queues

SHARE = 50  # a fiftieth of the budget is taken in advance
HELD_FOR_S = 5.0
HOLDINGS_MAX = 20_000  # callers that a process remembers
AWAY_FOR_S = 2.0  # after Redis failed, how long it is not asked

# A bucket by the time at which it would be full again (generic cell rate algorithm): one number for each caller.
# Returns how many of the wanted tokens are given, how many are left, and in how many milliseconds there is one again.
TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + now[2] / 1000
local most, each, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local left = math.floor((most * each - (full - now)) / each)
local given = math.max(math.min(left, wanted), 0)
full = full + given * each
if given > 0 then redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now) + 1000) end
local wait = math.max(0, math.ceil(full + each - now - most * each))
return {given, math.max(left - given, 0), wait}
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """`most` requests at once, and as many again evenly over `window_s`."""

    name: str
    most: int
    window_s: int = 60

    @property
    def advance(self) -> int:
        return max(1, self.most // SHARE)


@dataclass(slots=True)
class Holding:
    """Tokens that this process may give to one caller, or how long it gives none."""

    tokens: int
    left: int
    until: float
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait_s` is 0 when the request may go on."""

    remaining: int
    wait_s: float = 0.0


type Take = Callable[[Budget, str, int], tuple[int, int, int]]


class Counter:
    """Counts for one process; fails open, for a city without Redis should still answer."""

    def __init__(self, take: Take, now: Callable[[], float] = time.monotonic) -> None:
        self._take, self._now = take, now
        self._holdings: dict[tuple[str, str], Holding] = {}
        self._lock = threading.Lock()
        self._away_until = float("-inf")
        self._was_away = False

    def spend(self, budget: Budget, caller: str) -> Verdict:
        now = self._now()
        with self._lock:
            holding = self._holdings.get((budget.name, caller))
            if holding is not None and now < holding.until:
                if holding.tokens > 0:
                    holding.tokens -= 1
                    return Verdict(holding.left + holding.tokens)
                if holding.wait_s:
                    return Verdict(0, holding.until - now)
            if now < self._away_until:
                return Verdict(budget.most)
        return self._refill(budget, caller, now)

    def is_spent(self, budget: Budget, caller: str) -> bool:
        """Whether this process knows that nothing is left, without asking for anything."""
        with self._lock:
            holding = self._holdings.get((budget.name, caller))
            return holding is not None and holding.wait_s > 0 and self._now() < holding.until

    def _refill(self, budget: Budget, caller: str, now: float) -> Verdict:
        try:
            given, left, wait_ms = self._take(budget, caller, budget.advance)
        except (RedisError, OSError):
            return self._without_redis(budget, now)
        with self._lock:
            self._was_away = False
            if len(self._holdings) >= HOLDINGS_MAX:
                self._holdings.clear()
            wait_s = 0.0 if given else max(wait_ms, 1) / 1000
            until = now + (wait_s or HELD_FOR_S)
            self._holdings[budget.name, caller] = Holding(max(given - 1, 0), left, until, wait_s)
        return Verdict(left + max(given - 1, 0), wait_s)

    def _without_redis(self, budget: Budget, now: float) -> Verdict:
        with self._lock:
            first, self._was_away = not self._was_away, True
            self._away_until = now + AWAY_FOR_S
        if first:
            log.warning("requests are not counted: Redis cannot be reached")
        return Verdict(budget.most)


def take(budget: Budget, caller: str, wanted: int) -> tuple[int, int, int]:
    """From Redis: how many tokens are given, how many are left, in how many milliseconds there is one again."""
    redis = queues.redis()
    each_ms = budget.window_s * 1000 / budget.most
    answer = redis.eval(TAKE, 1, f"budget:{budget.name}:{caller}", budget.most, each_ms, wanted)
    return cast(tuple[int, int, int], tuple(answer))


counter = Counter(take)
