import pytest

from gis_platform.local import system
from gis_platform.local.system import installed_postgres, missing_packages, newest_postgres_packages


@pytest.fixture
def machine(tmp_path):
    """Lays out what Debian's packages would: server programs and, where given, a PostGIS version."""

    def install(major, postgis=None):
        initdb = tmp_path / "lib" / str(major) / "bin" / "initdb"
        initdb.parent.mkdir(parents=True)
        initdb.touch()
        if postgis:
            control = tmp_path / "share" / str(major) / "extension" / "postgis.control"
            control.parent.mkdir(parents=True)
            control.write_text(f"comment = 'PostGIS'\ndefault_version = '{postgis}'\n")

    def majors():
        return [found.major for found in installed_postgres(programs=tmp_path / "lib", shared=tmp_path / "share")]

    install.majors = majors
    return install


def test_the_newest_release_comes_first(machine):
    machine(15, "3.3.2")
    machine(17, "3.5.0")
    assert machine.majors() == [17, 15]


def test_releases_that_are_too_old_or_have_no_postgis_do_not_count(machine):
    machine(14, "3.4.0")
    machine(15, "3.2.9")
    machine(16)
    assert machine.majors() == []


def test_an_empty_machine_has_none(machine):
    assert machine.majors() == []


def test_packages_go_by_the_newest_release_that_apt_offers():
    listed = "postgresql-16-postgis-3 - Geographic objects\npostgresql-9-postgis-3 - old\n"
    assert newest_postgres_packages(listed) == ["postgresql-16", "postgresql-16-postgis-3"]


def test_before_apt_has_lists_general_names_are_asked_for():
    assert newest_postgres_packages("") == ["postgresql", "postgis"]


def test_servers_of_ones_own_need_no_packages(monkeypatch):
    monkeypatch.setattr(system, "installed_postgres", list)
    monkeypatch.setattr(system, "_has", lambda program: False)
    own = {"DATABASE_URL": "postgresql://own", "REDIS_URL": "redis://own", "MQTT_URL": "mqtt://own"}
    assert missing_packages("run", own) == []
    assert missing_packages("run", own | {"REDIS_URL": ""}) == ["redis-server"]
    assert missing_packages("run", {}) == ["postgresql", "postgis", "redis-server", "mosquitto"]


def test_the_tests_need_a_browser_where_apt_has_one(monkeypatch):
    own = {"DATABASE_URL": "postgresql://own", "REDIS_URL": "redis://own", "MQTT_URL": "mqtt://own"}
    monkeypatch.setattr(system, "_has", lambda program: program == "ogrinfo")
    monkeypatch.setattr(system, "_is_ubuntu", lambda: False)
    assert "chromium" in missing_packages("test", own)
    monkeypatch.setattr(system, "_is_ubuntu", lambda: True)
    assert "chromium" not in missing_packages("test", own)
