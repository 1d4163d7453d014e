"""Real files, with exact counts, and the facts about them that can be asked of PostGIS."""

import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection

from gis_platform.city import CITIES
from layers.imports import services
from layers.imports.errors import TableUnclear

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

SIAULIAI_POPULATION = 100_575  # 2018, Statistics Lithuania


def value(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


@pytest.fixture
def siauliai(settings):
    settings.CITY = CITIES["siauliai"]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("osm/siauliai_osm_nodes_2019.geojson", {}, {"adds": 3061}),
        ("osm/jelgava_osm_nodes_2019.geojson", {}, {"adds": 1271}),
        ("boundaries/lithuania_admin_units.gpkg", {"table": "municipality"}, {"adds": 60}),
        ("boundaries/lithuania_admin_units.gpkg", {"table": "eldership"}, {"adds": 554}),
        ("boundaries/lithuania_admin_units.gpkg", {"table": "county"}, {"adds": 10}),
        ("addresses/riga_addresses_epsg3059.gpkg", {}, {"adds": 40507}),
        ("services/vilnius_parking_places_polygons.geojson", {}, {"adds": 46, "repaired": 1}),
        ("services/schools_jelgava_2019.geojson", {}, {"adds": 14}),
        (
            "services/hospitals_lv_lt_eurostat.geojson",
            {},
            {"adds": 172, "rejects": 14},
        ),  # "id" counts from 1 in each country
        ("services/hospitals_lv_lt_eurostat.geojson", {"key": "hash"}, {"adds": 186}),
        ("osm_full/helsinki_centre.osm.pbf", {"table": "points"}, {"adds": 8045}),
        ("osm_full/helsinki_centre.osm.pbf", {"table": "lines"}, {"adds": 3817, "rejects": 1}),
        # 1,095 areas, many of which the extract cuts open: 27 are no rings any more, 16 would change by a repair.
        ("osm_full/helsinki_centre.osm.pbf", {"table": "multipolygons"}, {"adds": 1052, "rejects": 43, "repaired": 7}),
        ("osm_full/bayreuth_north.osm.gz", {"table": "points"}, {"adds": 897}),
        ("osm_full/bayreuth_north.osm.gz", {"table": "lines"}, {"adds": 2384}),
        ("osm_full/bayreuth_north.osm.gz", {"table": "multipolygons"}, {"adds": 5412}),
        ("transit/riga_gtfs_2025-06_without_stop_times.zip", {"table": "stops"}, {"adds": 1658}),
        ("transit/riga_gtfs_2025-06_without_stop_times.zip", {"table": "routes"}, {"adds": 79}),
        ("osm/lv_lt_poi_nodes_2019.csv.gz", {}, {"adds": 61807}),
        ("tourism/lithuania_trails_towers.csv", {}, {"adds": 244}),
    ],
)
def test_every_feature_of_a_file_is_in_its_layer(real_data, added, previewed, counts, name, options, expected):
    path = real_data(name)
    spec, run = added(path, **options)
    assert counts(run) == expected
    assert value(f'SELECT count(*) FROM custom."{spec.id}"') == expected["adds"]
    again = previewed(path, spec.id, **options)
    assert (again.adds, again.changes, again.unchanged) == (0, 0, expected["adds"])


def test_a_file_with_three_tables_asks_which(real_data, added):
    with pytest.raises(TableUnclear, match="municipality, eldership, county"):
        added(real_data("boundaries/lithuania_admin_units.gpkg"))


def test_the_divisions_of_lithuania_are_boundaries(real_data, imported, counts, siauliai):
    path = real_data("boundaries/lithuania_admin_units.gpkg")
    names = {"municipality": ("SAV_PAV", "SAV_KODAS", 60), "eldership": ("SEN_PAV", "SEN_KODAS", 554),
             "county": ("APS_PAV", "APS_KODAS", 10)}  # fmt: skip
    for table, (name, code, count) in names.items():
        options = {
            "table": table, "source": table, "mapping": {name: "name_lt", code: "code"}, "constants": {"kind": table},
        }  # fmt: skip
        assert counts(imported(path, "boundaries", **options)) == {"adds": count}
        assert counts(imported(path, "boundaries", **options)) == {"unchanged": count}
    assert value("SELECT count(*) FROM published.boundaries") == 624


def test_gtfs_is_stops_and_routes(real_data, imported, counts):
    path = real_data("transit/riga_gtfs_2025-06_without_stop_times.zip")
    assert counts(imported(path, "transit_stops")) == {"adds": 1658}
    assert counts(imported(path, "transit_routes")) == {"adds": 79}
    modes = "SELECT string_agg(mode || ' ' || n, ', ' ORDER BY mode) FROM"
    found = value(f"{modes} (SELECT mode, count(*) AS n FROM published.transit_routes GROUP BY mode) AS m")
    assert found.startswith("bus ")


def test_addresses_on_the_latvian_grid_lie_where_they_belong(real_data, added):
    added(real_data("addresses/riga_addresses_epsg3059.gpkg"))
    # The file's own extent, from its description: 496709.065 301566.6 519529.5706 326568.0.
    found = value(
        "SELECT ARRAY[ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)]"
        " FROM (SELECT ST_Extent(ST_Transform(geometry, 3059)) AS e FROM custom.added) AS extent"
    )
    assert found == pytest.approx([496709.065, 301566.6, 519529.5706, 326568.0], abs=0.01)


def test_the_nodes_of_siauliai_find_their_layers(real_data, previewed, siauliai):
    path = real_data("osm/siauliai_osm_nodes_2019.geojson")
    runs = [previewed(path, layer) for layer in ("places", "tourism", "transit_stops")]
    # Each of the 3,061 nodes is taken by one layer or by none, and all layers agree about those.
    assert len({run.unmapped for run in runs}) == 1
    assert all(run.adds + run.rejects + run.elsewhere + run.unmapped == 3061 for run in runs)
    assert sum(run.adds + run.rejects for run in runs) + runs[0].unmapped == 3061
    assert [run.rejects for run in runs] == [0, 0, 0]


def test_siauliai_is_as_dense_as_the_statistics_say(real_data, added):
    added(real_data("boundaries/siauliai_boundaries.geojson"))
    area_km2 = value(
        """SELECT ST_Area(ST_Transform(geometry, 3346)) / 1e6 FROM custom.added WHERE "SAV_PAV" = 'Šiaulių m. sav.'"""
    )
    assert area_km2 == pytest.approx(80.89, abs=0.01)
    assert SIAULIAI_POPULATION / area_km2 == pytest.approx(1243.3, abs=0.1)
    assert SIAULIAI_POPULATION / area_km2 == pytest.approx(1241.7, rel=0.002)  # as published


@pytest.mark.parametrize(
    ("city", "where", "nodes", "expected"),
    [
        ("siauliai", """"SAV_PAV" = 'Šiaulių m. sav.'""", "osm/siauliai_osm_nodes_2019.geojson", (2135, 1153, 449)),
        ("jelgava", "name_lv = 'Jelgava'", "osm/jelgava_osm_nodes_2019.geojson", (646, 190, 179)),
    ],
)
def test_nodes_inside_the_city(real_data, added, city, where, nodes, expected):
    added(real_data(f"boundaries/{city}_boundaries.geojson"), "limits")
    added(real_data(nodes), "nodes")
    inside = (
        "SELECT count(*) FROM custom.nodes AS n JOIN custom.limits AS l ON ST_Covers(l.geometry, n.geometry)"
        f" WHERE l.{where} AND n.osm_key LIKE %s"
    )
    assert (value(inside, "%"), value(inside, "amenity"), value(inside, "shop")) == expected


def test_schools_and_the_hospital_are_in_jelgava_and_three_hospitals_in_siauliai(real_data, added):
    for city in ("jelgava", "siauliai"):
        added(real_data(f"boundaries/{city}_boundaries.geojson"), city)
    added(real_data("services/schools_jelgava_2019.geojson"), "schools")
    added(real_data("services/hospitals_lv_lt_eurostat.geojson"), "hospitals")
    inside = "SELECT count(*) FROM custom.{} AS f JOIN custom.{} AS l ON ST_Covers(l.geometry, f.geometry) WHERE l.{}"
    jelgava, siauliai = "name_lv = 'Jelgava'", """"SAV_PAV" = 'Šiaulių m. sav.'"""
    assert value(inside.format("schools", "jelgava", jelgava)) == 14
    assert value(inside.format("hospitals", "jelgava", jelgava)) == 1
    assert value(inside.format("hospitals", "siauliai", siauliai)) == 3


def test_the_fuel_stations_of_siauliai_are_inside_it(real_data, added, tmp_path):
    added(real_data("boundaries/siauliai_boundaries.geojson"), "limits")
    # Each station has a row for each day and fuel: every row is a feature of its own, known by its content.
    added(real_data("sensors/fuel_prices_siauliai_region_2026-06-30_2026-08-07.csv.gz"), "prices")
    latest = (
        "SELECT count(DISTINCT (network, address)) FILTER (WHERE {}) FROM (SELECT DISTINCT ON (network, address) * FROM"
        " custom.prices ORDER BY network, address, snapshot_date DESC) AS p, custom.limits AS l"
        """ WHERE l."SAV_PAV" = 'Šiaulių m. sav.'"""
    )
    city = "p.municipality = 'Šiaulių m. sav.'"
    assert value(latest.format(city).replace("%", "%%")) == 28
    assert value(latest.format("ST_Covers(l.geometry, p.geometry)")) == 28
    assert value(latest.format(f"{city} AND ST_Covers(l.geometry, p.geometry)")) == 28


@pytest.mark.django_db(transaction=True)
def test_forty_thousand_addresses_take_seconds_and_little_memory(real_data, capsys, record_property):
    """Reports, beside the counts, what the import cost; a machine under load is no reason to fail."""
    path = real_data("addresses/riga_addresses_epsg3059.gpkg")
    script = (
        "import django, re, time; django.setup()\n"
        "from django.core.management import call_command\n"
        "begun = time.monotonic()\n"
        f"call_command('add_layer', {str(path)!r}, id='riga')\n"
        # Not getrusage, whose peak counts the process that forked this one.
        "peak_kb = int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()).group(1))\n"
        "print(time.monotonic() - begun, peak_kb / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    *_said, counted, cost = done.stdout.splitlines()
    took_s, memory_mb = map(float, cost.split())
    record_property("import_s", took_s)
    record_property("import_memory_mb", memory_mb)
    with capsys.disabled():
        print(f"\n40,507 addresses: {took_s:.1f} s, {memory_mb:.0f} MB")  # noqa: T201 measured, not asserted
    assert counted == "adds=40507 changes=0 removes=0 unchanged=0 rejects=0 repaired=0"
    assert memory_mb < 500
    from layers.custom.models import CustomLayer  # noqa: PLC0415
    from layers.custom.services import remove_layer  # noqa: PLC0415

    remove_layer(CustomLayer.objects.get(pk="riga"), actor="user:1")


def environment():
    """This process's, with the test database in the place of the real one."""
    import os  # noqa: PLC0415

    d = connection.settings_dict
    url = f"postgresql://{d['USER']}:{d['PASSWORD']}@{d['HOST'] or 'localhost'}:{d['PORT'] or 5432}/{d['NAME']}"
    module = os.environ.get("DJANGO_SETTINGS_MODULE") or django_settings.SETTINGS_MODULE
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": module}


def test_undoing_a_real_import_restores_the_layer(real_data, imported, counts, siauliai):
    path = real_data("osm/siauliai_osm_nodes_2019.geojson")
    before = value("SELECT count(*) FROM places_place")
    run = imported(path, "places")
    assert run.adds > 100
    assert services.undo(run, actor="user:1") == run.adds
    assert value("SELECT count(*) FROM places_place") == before
    assert imported(path, "places").adds == run.adds


def test_the_command_spreads_an_extract_over_the_layers(real_data, capsys):
    call_command("import_layer", str(real_data("osm_full/helsinki_centre.osm.pbf")), into="osm", allow_outside=True)
    out = capsys.readouterr().out
    assert "streets:" in out
    assert value("SELECT count(*) FROM published.streets") == 2302
