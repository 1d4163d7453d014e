"""`python -m bench.ogc_api`: the OGC window beside stock pygeoapi and tipg, and beside the database alone.

Wants DATABASE_URL and REDIS_URL of servers with the demo city loaded, wrk and pgbench. Prints a table in Markdown.
"""

import argparse
import math
import os
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import django
from django.conf import settings
from redis import Redis

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from bench import servers
from bench.data import EAST, NORTH, POINTS, SEED, SOUTH, WEST, prepare
from bench.limit import script
from bench.load import BadAnswers, requests_per_s, transactions_per_s
from bench.processor import Spent, metered

BOXES = 2_000
SAMPLE = (23.123457, 56.123457)  # the corner of the box by which the statements are found
TILE_ZOOM = 13


@dataclass(frozen=True)
class Case:
    """One row of the table: the paths of each candidate, and the script of the limit."""

    name: str
    ours: Sequence[str]
    tipg: Sequence[str]
    pygeoapi: Sequence[str]
    limit: Callable[[], str]
    patience: int  # how many times the usual duration, for answers that take long
    bars: tuple[float | None, float | None, float | None]  # of pygeoapi, tipg, pgbench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--only", default="", help="part of a case's name")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--without", nargs="*", default=[], help="candidates to leave out")
    given = parser.parse_args()
    prepare()
    chosen = [case for case in cases() if given.only in case.name]
    rates: dict[tuple[str, str], list[float]] = {}
    costs: dict[tuple[str, str], list[float]] = {}
    for number in range(given.rounds):
        for candidate in ("ours", "pgbench") if given.alone else ("ours", "tipg", "pygeoapi", "pgbench"):
            if candidate in given.without:
                continue
            for case, rate, cost_us, parts in measure(candidate, chosen, seconds=given.seconds):
                rates.setdefault((case.name, candidate), []).append(rate)
                costs.setdefault((case.name, candidate), []).append(1e6 / cost_us)
                print(
                    f"round {number + 1}: {case.name}: {candidate} {rate:,.0f}/s, {cost_us:,.0f} us ({parts})",
                    flush=True,
                )
    print(table(chosen, {key: statistics.median(found) for key, found in rates.items()}))
    print("\nThe same by processor time of server, database and clients: answers a processor second.\n")
    print(table(chosen, {key: statistics.median(found) for key, found in costs.items()}))


def measure(candidate: str, chosen: Sequence[Case], *, seconds: int) -> Iterator[tuple[Case, float, float, str]]:
    """The rate of each case, the processor microseconds of an answer, and in words whose they were."""
    if candidate == "pgbench":
        for case in chosen:
            script, lasting = case.limit(), seconds * case.patience
            with metered(None) as spent:
                rate = transactions_per_s(script, seconds=lasting)
            yield case, rate, *_cost(spent, rate * lasting)
        return
    start = {"ours": servers.platform, "tipg": servers.tipg, "pygeoapi": servers.pygeoapi}[candidate]
    for case in chosen:
        paths = getattr(case, candidate)
        if not paths:
            continue
        # A server of its own for each case: what one case left waiting is not billed to the next.
        with start() as (url, process):
            try:
                requests_per_s(url, paths, seconds=2)  # warm: connections, plans, caches of the system
                if case.name.startswith("tile"):
                    Redis.from_url(settings.REDIS_URL).flushdb()  # each tile is asked for once a round, and drawn
                lasting = seconds * case.patience
                with metered(process) as spent:
                    rate = requests_per_s(url, paths, seconds=lasting)
                yield case, rate, *_cost(spent, rate * lasting)
            except BadAnswers as bad:
                print(f"{case.name}: {candidate} answered badly: {bad}", flush=True)


def _cost(spent: Spent, answers: float) -> tuple[float, str]:
    parts = {"server": spent.server_s, "database": spent.database_s, "clients": spent.clients_s}
    told = ", ".join(f"{name} {seconds / answers * 1e6:,.0f}" for name, seconds in parts.items())
    return spent.all_s / answers * 1e6, told


def cases() -> list[Case]:
    return [
        _boxes("box, 10 features", 10, (40, 8, 0.25)),
        _boxes("box, 100 features", 100, (40, 14, 0.5)),
        _boxes("box and category, 100 features", 100, (40, 14, 0.5), category="library"),
        _boxes("box, 1,000 features", 1_000, (25, 13, 0.6)),
        _boxes("box, 10,000 features", 10_000, (14, 11, 0.75)),
        _by_id(),
        _tiles(),
    ]


def _boxes(name: str, count: int, bars: tuple[float, float, float], *, category: str = "") -> Case:
    """Boxes that hold about as many features as are asked for; half of them a few more, so that they are counted."""
    share = count * (10 if category else 1) / POINTS
    width = math.sqrt(share) * (EAST - WEST)
    dice = random.Random(SEED)
    corners = [(dice.uniform(WEST, EAST - width), dice.uniform(SOUTH, NORTH - width)) for _ in range(BOXES)]
    wanted = f"&category={category}" if category else ""

    def path(x: float, y: float) -> str:
        box = f"{x:.6f},{y:.6f},{x + width:.6f},{y + width:.6f}"
        return f"/collections/{{}}/items?f={{}}&limit={count}&bbox={box}{wanted}"

    def limit() -> str:
        x, y = SAMPLE
        box = [float(f"{number:.6f}") for number in (x, y, x + width, y + width)]
        begin = (
            f"\\set w random(0, 1000000) / 1000000.0 * {EAST - WEST - width:.6f} + {WEST}\n"
            f"\\set s random(0, 1000000) / 1000000.0 * {NORTH - SOUTH - width:.6f} + {SOUTH}\n"
            f"\\set e :w + {width:.6f}\n\\set n :s + {width:.6f}\n"
        )
        asked = "/ogc" + path(x, y).format("bench_points", "json")
        return script(asked, dict(zip(box, ("w", "s", "e", "n"), strict=True)), begin=begin)

    return Case(
        name=name,
        ours=[path(*corner).format("bench_points", "json") for corner in corners],
        tipg=[path(*corner).format("bench.bench_points", "geojson") for corner in corners],
        pygeoapi=[path(*corner).format("bench_points", "json") for corner in corners],
        limit=limit,
        patience=1 + count // 1_000,
        bars=bars,
    )


def _by_id() -> Case:
    ids = random.Random(SEED).sample(range(1, POINTS), BOXES)
    sample = 123_457
    return Case(
        name="one feature by id",
        ours=[f"/collections/bench_points/items/{n}" for n in ids],
        tipg=[f"/collections/bench.bench_points/items/{n}" for n in ids],
        pygeoapi=[f"/collections/bench_points/items/{n}?f=json" for n in ids],
        limit=lambda: script(
            f"/ogc/collections/bench_points/items/{sample}", {sample: "id"}, begin=f"\\set id random(1, {POINTS})\n"
        ),
        patience=1,
        bars=(8, 5, 0.06),
    )


def _tiles() -> Case:
    """Every tile of one zoom in the data's extent, in a shuffled order, each once: none is in the cache."""
    west, north = _tile_of(WEST, NORTH)
    east, south = _tile_of(EAST, SOUTH)
    tiles = [(x, y) for x in range(west, east + 1) for y in range(north, south + 1)]
    random.Random(SEED).shuffle(tiles)
    z, (x, y) = TILE_ZOOM, _tile_of(23.5, 56.5)
    begin = f"\\set x random({west}, {east})\n\\set y random({north}, {south})\n"
    columns = "name,category"
    return Case(
        name="tile, not cached",
        ours=[f"/collections/bench_points/tiles/WebMercatorQuad/{z}/{y}/{x}" for x, y in tiles],
        tipg=[
            f"/collections/bench.bench_points/tiles/WebMercatorQuad/{z}/{x}/{y}?properties={columns}" for x, y in tiles
        ],
        pygeoapi=[],
        limit=lambda: script(
            f"/ogc/collections/bench_points/tiles/WebMercatorQuad/{z}/{y}/{x}", {x: "x", y: "y"}, begin=begin
        ),
        patience=1,
        bars=(None, 1.5, 0.7),
    )


def _tile_of(longitude: float, latitude: float) -> tuple[int, int]:
    n = 2**TILE_ZOOM
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * n), int(y * n)


def table(chosen: Sequence[Case], rates: dict[tuple[str, str], float]) -> str:
    lines = [
        "| request | a second | of stock pygeoapi | of tipg | of pgbench with the same SQL |",
        "| --- | --- | --- | --- | --- |",
    ]
    for case in chosen:
        own = rates[case.name, "ours"]
        ratios = [
            _ratio(own, rates.get((case.name, peer)), bar)
            for peer, bar in zip(("pygeoapi", "tipg", "pgbench"), case.bars, strict=True)
        ]
        lines.append(f"| {case.name} | {own:,.0f} | {' | '.join(ratios)} |")
    return "\n".join(lines)


def _ratio(own: float, other: float | None, bar: float | None) -> str:
    if not other:
        return "-" if other is None else "no answer in time"
    return f"{own / other:.2f}x" + (f" (bar {bar:g})" if bar else "")


if __name__ == "__main__":
    main()
