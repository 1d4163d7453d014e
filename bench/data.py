"""The data of the measurements: layers added as a planner adds them, and a plain copy of each for the peers."""

import os
import tempfile
from pathlib import Path

import geopandas
import numpy
import shapely
from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from gis_platform.core import clock
from layers import catalog
from layers.catalog import UnknownLayer

SEED = 20260523
WEST, SOUTH, EAST, NORTH = 23.0, 56.0, 24.0, 57.0
CATEGORIES = ("school", "shop", "library", "museum", "pharmacy", "stop", "park", "office", "cafe", "other")
POINTS, POINTS_FEW, POLYGONS = 200_000, 20_000, 50_000
OBSERVATIONS = 5_000_000
LAYERS = {"bench_points": POINTS, "bench_points_few": POINTS_FEW, "bench_polygons": POLYGONS}


def prepare() -> None:
    """Adds what is missing; a second call takes no time."""
    for layer_id, count in LAYERS.items():
        try:
            catalog.layer(layer_id)
        except UnknownLayer:
            add(layer_id, count)
    _copy_for_peers()
    _observe()


def add(layer_id: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "layer.gpkg"
        _features(layer_id, count).to_file(file, driver="GPKG", engine="pyogrio")
        call_command("add_layer", str(file), "--id", layer_id)
    with connection.cursor() as cursor:
        cursor.execute(SQL("VACUUM ANALYZE {}").format(Identifier(*catalog.layer(layer_id).table)))


def _features(layer_id: str, count: int) -> geopandas.GeoDataFrame:
    random = numpy.random.default_rng(SEED)
    x, y = random.uniform(WEST, EAST, count).round(7), random.uniform(SOUTH, NORTH, count).round(7)
    number = numpy.arange(count)
    shapes = shapely.points(x, y)
    if layer_id == "bench_polygons":
        shapes = shapely.set_precision(shapely.buffer(shapes, random.uniform(0.0005, 0.002, count)), 1e-7)
    return geopandas.GeoDataFrame(
        {
            "name": [f"Place number {n}" for n in number],
            "category": random.choice(CATEGORIES, count),
            "street": [f"Lielā iela {n % 500}" for n in number],
            "house_number": [f"{n % 97}A" for n in number],
            "postcode": [f"LV-{3000 + n % 1000}" for n in number],
            "phone": [f"+371 630 {n % 100000:05}" for n in number],
            "website": [f"https://example.org/places/{n}" for n in number],
            "opening_hours": "Mo-Fr 09:00-18:00; Sa 10:00-15:00",
            "capacity": random.integers(0, 500, count),
            "height_m": random.uniform(2, 40, count).round(2),
            "wheelchair": random.choice(["yes", "no", "limited"], count),
        },
        geometry=shapes,
        crs=4326,
    )


def _copy_for_peers() -> None:
    """The same rows in the same order, the same attributes, the same indexes: what the peers expect of a table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS bench")
        for layer_id in LAYERS:
            spec = catalog.layer(layer_id)
            copy = Identifier("bench", layer_id)
            cursor.execute("SELECT to_regclass(%s)", [f"bench.{layer_id}"])
            if cursor.fetchone()[0] is not None:
                continue
            columns = SQL(", ").join(Identifier(p.column) for p in spec.public_properties)
            cursor.execute(
                SQL("CREATE TABLE {} AS SELECT id, geometry, {} FROM {} ORDER BY id").format(
                    copy, columns, Identifier(*spec.view)
                )
            )
            cursor.execute(SQL("ALTER TABLE {} ADD PRIMARY KEY (id)").format(copy))
            cursor.execute(SQL("CREATE INDEX ON {} USING gist (geometry)").format(copy))
            cursor.execute(SQL("VACUUM ANALYZE {}").format(copy))


def _observe() -> None:
    """Five million observations, a minute apart, spread over the city's streams."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # the rows come in one statement
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM sensors_observation LIMIT %s) AS found", [OBSERVATIONS])
        if cursor.fetchone()[0] >= OBSERVATIONS:
            return
        cursor.execute("SELECT array_agg(id ORDER BY id) FROM sensors_stream")
        streams = cursor.fetchone()[0]
        assert streams, "load the demo city first: manage.py load_demo"
        each = OBSERVATIONS // len(streams) + 1
        end = clock.now().replace(second=0, microsecond=0)
        cursor.execute(
            "SELECT create_observation_partition(month)"
            " FROM generate_series(%s - make_interval(mins => %s), %s, interval '20 days') AS month",
            [end, each, end],
        )
        cursor.execute(
            "INSERT INTO sensors_observation (stream_id, phenomenon_time, result, quality, received_at)"
            " SELECT stream, at, 10 + 8 * sin(extract(epoch FROM at) / 13000), 1, at"
            " FROM unnest(%s::bigint[]) AS stream,"
            " generate_series(%s - make_interval(mins => %s), %s, interval '1 minute') AS at"
            " ON CONFLICT DO NOTHING",
            [streams, end, each, end],
        )
        cursor.execute("VACUUM ANALYZE sensors_observation")


def database_url() -> str:
    return os.environ["DATABASE_URL"]
