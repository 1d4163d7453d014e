import os
import subprocess
import sys
from pathlib import Path

import pytest

from gis_platform.environment import Environment, SettingsError, wheel_library, with_private_services

LONG = "x" * 50


def complaints(env: Environment) -> str:
    with pytest.raises(SettingsError) as refused:
        env.report()
    return str(refused.value)


def test_a_good_environment_has_nothing_to_report():
    env = Environment({"DEBUG": "on", "CITY": "siauliai", "POOL": "8", "REDIS_URL": "redis://127.0.0.1:6379/0"})
    assert env.flag("DEBUG", default=False) is True
    assert env.choice("CITY", ("jelgava", "siauliai"), default="jelgava") == "siauliai"
    assert env.number("POOL", default=4, minimum=1, maximum=100) == 8
    assert env.url("REDIS_URL", schemes=("redis",), default="") == "redis://127.0.0.1:6379/0"
    env.report()


def test_what_is_absent_or_blank_takes_the_default():
    env = Environment({"BLANK": "  "})
    assert env.text("BLANK", default="d") == "d"
    assert env.text("ABSENT", default="d") == "d"
    assert env.flag("ABSENT", default=True) is True
    assert env.number("ABSENT", default=7, minimum=1, maximum=9) == 7
    assert env.words("ABSENT", default=("a", "b")) == ["a", "b"]
    env.report()


# --- Records and letters -------------------------------------------------------------------------------------------


def records(tmp_path: Path, text: str) -> tuple[list[dict[str, str]], Environment]:
    file = tmp_path / "providers.json"
    file.write_text(text)
    env = Environment({"FILE": str(file)})
    return env.records("FILE", required=("id",), optional=("title",)), env


def test_records_come_from_a_file(tmp_path):
    assert Environment({}).records("FILE", required=("id",), optional=()) == []
    found, env = records(tmp_path, '[{"id": "a"}, {"id": "b", "title": "B"}]')
    assert found == [{"id": "a"}, {"id": "b", "title": "B"}]
    env.report()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"id": "a"}', "[1]", '[{"title": "B"}]', '[{"id": "a", "x": ""}]', '[{"id": 1}]']
)
def test_records_that_cannot_stand_are_named(tmp_path, text):
    found, env = records(tmp_path, text)
    assert found == []
    assert complaints(env).startswith("FILE: ")


def test_a_file_that_is_not_there_is_named():
    env = Environment({"FILE": "/nowhere/providers.json"})
    assert env.records("FILE", required=(), optional=()) == []
    assert "/nowhere/providers.json" in complaints(env)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://mail.example", {"host": "mail.example", "port": 25}),
        ("smtp+tls://u%40e:p@mail.example", {"port": 587, "use_tls": True, "username": "u@e", "password": "p"}),
        ("smtps://mail.example:2465", {"port": 2465, "use_ssl": True}),
        ("file:///var/mail%20box", {"file_path": "/var/mail box"}),
    ],
)
def test_letters_go_where_the_address_says(url, options):
    env = Environment({"EMAIL_URL": url})
    assert options.items() <= env.mailer("EMAIL_URL", default="")["OPTIONS"].items()
    env.report()


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://mail.example:x"])
def test_a_post_office_that_cannot_be_is_named(url):
    env = Environment({"EMAIL_URL": url})
    env.mailer("EMAIL_URL", default="smtp://localhost")
    assert complaints(env).startswith("EMAIL_URL: ")


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", " True "])
def test_yes_has_several_names(value):
    assert Environment({"DEBUG": value}).flag("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "off"])
def test_no_has_several_names(value):
    assert Environment({"DEBUG": value}).flag("DEBUG", default=True) is False


@pytest.mark.parametrize("value", ["", " ", "1.5", "ten", "0", "101", "-1", "9" * 40])
def test_a_number_outside_of_its_range_is_refused_by_name(value):
    env = Environment({"POOL": value})
    assert env.number("POOL", default=4, minimum=1, maximum=100) == 4
    if value.strip():
        assert complaints(env) == f"POOL: {value!r} is not a whole number from 1 to 100"


def test_a_choice_names_what_there_is():
    env = Environment({"CITY": "riga"})
    env.choice("CITY", ("jelgava", "siauliai"), default="jelgava")
    assert complaints(env) == "CITY: 'riga' is not one of jelgava, siauliai"


@pytest.mark.parametrize("separators", ["a.lv,b.lv", "a.lv b.lv", " a.lv , b.lv\n"])
def test_a_list_is_parted_by_commas_or_spaces(separators):
    assert Environment({"ALLOWED_HOSTS": separators}).words("ALLOWED_HOSTS", default=()) == ["a.lv", "b.lv"]


def test_a_url_of_another_kind_is_refused_without_showing_it():
    env = Environment({"REDIS_URL": "http://user:secret@host"})
    env.url("REDIS_URL", schemes=("redis", "rediss"), default="redis://x")
    assert "REDIS_URL: is not a URL that starts with one of redis://, rediss://" in complaints(env)
    assert "secret" not in complaints(env)


def test_a_path_is_absolute(tmp_path):
    env = Environment({"LOCAL_DIR": str(tmp_path), "OTHER": "some/where"})
    assert env.path("LOCAL_DIR", default=Path("/x")) == tmp_path
    env.path("OTHER", default=Path("/x"))
    assert complaints(env) == "OTHER: 'some/where' is not an absolute path"


def test_a_path_may_begin_at_home():
    assert Environment({"LOCAL_DIR": "~/city"}).path("LOCAL_DIR", default=Path("/x")) == Path.home() / "city"


def test_every_complaint_is_told_at_once():
    env = Environment({"DEBUG": "maybe", "POOL": "many"})
    env.flag("DEBUG", default=False)
    env.number("POOL", default=4, minimum=1, maximum=100)
    assert [line.split(":")[0] for line in complaints(env).splitlines()] == ["DEBUG", "POOL"]


@pytest.mark.parametrize(
    ("key", "environment", "accepted"),
    [
        ("", "development", True),
        ("short", "development", True),
        ("", "production", False),
        ("short", "production", False),
        ("the-development-key", "production", False),
        (LONG, "production", True),
        (LONG[:-1], "production", False),
    ],
)
def test_production_brings_a_secret_of_its_own(key, environment, accepted):
    env = Environment({"SECRET_KEY": key, "ENVIRONMENT": environment})
    env.secret("SECRET_KEY", development="the-development-key")
    if accepted:
        env.report()
    else:
        assert complaints(env).startswith("SECRET_KEY: production needs a secret of its own")
        assert key not in complaints(env) or not key


def test_production_refuses_flags_by_name():
    env = Environment({})
    env.refuse_in_production(True, {"DEBUG": True, "DEMO": False})
    assert complaints(env) == "DEBUG: must be off in production"
    Environment({}).refuse_in_production(False, {"DEBUG": True})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://city@127.0.0.1:5432/city", ("city", "city", "", "127.0.0.1", "5432")),
        ("postgis://u:p%40ss%2F@db/gis%20data", ("gis data", "u", "p@ss/", "db", "")),
        ("postgresql:///city?host=/run/postgres%20ql", ("city", "", "", "/run/postgres ql", "")),
        ("postgresql://u@[::1]:5433/city", ("city", "u", "", "::1", "5433")),
    ],
)
def test_a_database_url_is_taken_apart(url, expected):
    env = Environment({"DATABASE_URL": url})
    described = env.postgis("DATABASE_URL", default="")
    assert tuple(described[part] for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected
    assert described["ENGINE"] == "django.contrib.gis.db.backends.postgis"
    env.report()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql://u:secret@host", "names no database"),
        ("postgresql://u:secret@host:abc/city", "has a port that is not a number"),
        ("postgresql://u:secret@host:99999/city", "has a port that is not a number"),
        ("mysql://u:secret@host/city", "is not a URL that starts with one of postgresql://"),
    ],
)
def test_a_database_url_that_cannot_be_used_is_refused_without_its_password(url, complaint):
    env = Environment({"DATABASE_URL": url})
    env.postgis("DATABASE_URL", default="postgresql://city@127.0.0.1/city")
    assert f"DATABASE_URL: {complaint}" in complaints(env)
    assert "secret" not in complaints(env)


def test_the_wheel_s_library_is_found_and_a_stranger_s_is_not():
    found = wheel_library("shapely", "libgeos_c*")
    assert found is not None
    assert Path(found).is_file()
    assert wheel_library("shapely", "libnothing*") is None
    assert wheel_library("no_such_package_here", "*") is None


def start(**values: str) -> subprocess.CompletedProcess[str]:
    code = "import gis_platform.settings as s; print(s.CITY.id, s.LANGUAGE_CODE, s.TIME_ZONE, s.DEMO)"
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | values
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_the_settings_follow_the_city():
    assert start(CITY="siauliai").stdout == "siauliai lt Europe/Vilnius True\n"
    assert start().stdout == "jelgava lv Europe/Riga True\n"


def test_a_bad_environment_stops_the_start_and_names_each_variable():
    stopped = start(CITY="riga", REDIS_URL="nowhere", STATEMENT_TIMEOUT_MS="soon")
    assert stopped.returncode != 0
    last_lines = stopped.stderr[stopped.stderr.index("SettingsError:") :]
    for name in ("CITY", "REDIS_URL", "STATEMENT_TIMEOUT_MS"):
        assert f"{name}:" in last_lines


def test_production_refuses_debug_demo_and_the_default_key():
    stopped = start(ENVIRONMENT="production", DEBUG="1", DEMO="1")
    assert stopped.returncode != 0
    for name in ("DEBUG", "DEMO", "SECRET_KEY", "SEALING_KEYS"):
        assert f"{name}:" in stopped.stderr
    assert start(ENVIRONMENT="production", SECRET_KEY=LONG, SEALING_KEYS="y" * 50).returncode == 0


class TestPrivateServices:
    """`manage.py` beside a platform that `make run` started."""

    @pytest.fixture
    def checkout(self, tmp_path):
        folder = tmp_path / ".local" / "siauliai"
        folder.mkdir(parents=True)
        (folder / "services.json").write_text('{"DATABASE_URL": "postgresql://private", "PUBLIC_URL": "http://a"}')
        return tmp_path

    def test_a_command_finds_them_by_the_city(self, checkout):
        assert with_private_services({"CITY": "siauliai"}, checkout)["DATABASE_URL"] == "postgresql://private"
        assert "DATABASE_URL" not in with_private_services({}, checkout)

    def test_what_is_given_goes_before(self, checkout):
        given = {"CITY": "siauliai", "PUBLIC_URL": "http://b"}
        assert with_private_services(given, checkout)["PUBLIC_URL"] == "http://b"

    @pytest.mark.parametrize("given", [{"DATABASE_URL": "postgresql://mine"}, {"ENVIRONMENT": "production"}])
    def test_they_are_nobodys_business_elsewhere(self, checkout, given):
        given = {"CITY": "siauliai"} | given
        assert with_private_services(given, checkout) == given
