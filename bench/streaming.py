"""`python -m bench.streaming`: pages far into a layer, and a million features to one client.

Wants what bench.ogc_api wants. Prints the time of a deep page beside the first, of a page of a layer ten times larger,
and the most memory that a worker held while it streamed.
"""

import json
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from django.db import connection
from psycopg.sql import SQL, Identifier

from bench import servers
from bench.data import POINTS, add, prepare
from layers import catalog

MILLION = 1_000_000
TIMES = 40
DEEP = 190_000


def main() -> None:
    prepare()
    with servers.platform() as (url, _):
        points = f"{url}/collections/bench_points/items?f=json&limit=100"
        deep = _next_of(f"{points}&offset={DEEP - 100}")
        few = f"{url}/collections/bench_points_few/items?f=json&limit=100"
        first_ms, deep_ms, offset_ms, few_ms = (_median_ms(at) for at in (points, deep, f"{points}&offset={DEEP}", few))
    print(f"first page {first_ms:.1f} ms; page at {DEEP:,} by keyset {deep_ms:.1f} ms ({deep_ms / first_ms:.2f}x)")
    print(f"  the same by offset {offset_ms:.1f} ms ({offset_ms / first_ms:.2f}x)")
    print(f"ten times more features: {few_ms:.1f} ms, {first_ms:.1f} ms ({first_ms / few_ms:.2f}x)")
    _grow_to_a_million()
    with servers.platform() as (url, process):
        for ending in ("geojson", "geojsonl", "fgb", "csv"):
            with _watched(process) as memory:
                began = time.monotonic()
                size = _read(f"{url}/collections/bench_million/download/bench_million.{ending}")
                took_s = time.monotonic() - began
            print(
                f"{ending}: {size / 1e6:,.0f} MB in {took_s:.0f} s, worker at most {memory.resident:.0f} MB resident,"
                f" {memory.share:.0f} MB with shared pages shared out"
            )


def _next_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return next(link["href"] for link in json.load(answer)["links"] if link["rel"] == "next")


def _median_ms(url: str) -> float:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        _read(url)
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found[5:])


def _read(url: str) -> int:
    size = 0
    with urllib.request.urlopen(url, timeout=900) as answer:
        while part := answer.read(1 << 20):
            size += len(part)
    return size


def _grow_to_a_million() -> None:
    """The points five times over, in a layer of their own."""
    if not any(spec.id == "bench_million" for spec in catalog.layers()):
        add("bench_million", 1_000)
    spec, points = catalog.layer("bench_million"), catalog.layer("bench_points")
    columns = SQL(", ").join(Identifier(name) for name in ("geometry", *(p.column for p in spec.public_properties)))
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(*spec.table)))
        for _ in range(round((MILLION - cursor.fetchone()[0]) / POINTS)):
            cursor.execute(
                SQL("INSERT INTO {} ({columns}) SELECT {columns} FROM {}").format(
                    Identifier(*spec.table), Identifier(*points.table), columns=columns
                )
            )
        cursor.execute(SQL("VACUUM ANALYZE {}").format(Identifier(*spec.table)))


@dataclass
class Memory:
    """The most megabytes that a watched process held: with all of what others use too, and with its share of that."""

    resident: float = 0
    share: float = 0


@contextmanager
def _watched(process: int) -> Iterator[Memory]:
    """The memory of the process's children during the block."""
    most, over = Memory(), threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            for child in _children(process):
                most.resident = max(most.resident, _megabytes(child, "Rss"))
                most.share = max(most.share, _megabytes(child, "Pss"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _children(process: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _megabytes(process: int, kind: str) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) * 1024 / 1e6


if __name__ == "__main__":
    main()
