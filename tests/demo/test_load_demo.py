"""The demo city as `make run` loads it: both twins, whole, and harmless to load again."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from gis_platform.city import CITIES
from gis_platform.demo import visits
from layers import catalog
from tests.demo.fact_files import facts

FILES = {"boundaries": "boundaries", "land_cover": "landscape", "streets": "streets", "tourism": "tourism"}
FILES |= {"merchants": "merchants", "events": "events", "beacons": "beacons", "sensors": "sensors"}
FILES |= {"transit_routes": "transit_routes", "transit_stops": "transit_stops"}


@pytest.fixture
def load(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(visits, "CHECK_INS", 20)
    settings.LOCAL_DIR = tmp_path

    def run(city: str) -> str:
        settings.CITY = CITIES[city]
        call_command("load_demo")
        return capsys.readouterr().out

    return run


def count(layer: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM published."{catalog.layer(layer).id}"')
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("city", CITIES)
def test_every_fact_is_published_once(load, city, tmp_path):
    first, second = load(city), load(city)
    assert "20 check-ins" in first
    assert "tourism" not in second
    for layer, file in FILES.items():
        assert count(layer) == len(facts(city, file)), layer
    assert "password" in (tmp_path / "sign-ins.txt").read_text()


def test_it_refuses_where_the_demo_is_off(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("load_demo")
