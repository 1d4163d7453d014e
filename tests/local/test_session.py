"""The real services, brought up in a folder with a space in its name."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as mqtt
import psycopg
import pytest
import redis

from gis_platform.local.deployment import Deployment
from gis_platform.local.kernel import stat
from gis_platform.local.programs import Choices
from gis_platform.local.session import open_session

GIVEN = {"PATH": os.environ["PATH"]}


class Patience:
    """Waits as the real one does, and leaves this process its own signal handlers."""

    def pause(self, seconds):
        time.sleep(seconds)


@pytest.fixture(scope="module")
def deployment():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the services' accounts have to get in
        deployment = Deployment("test", Path(folder) / "a city" / "jelgava")
        yield deployment
        shutil.rmtree(deployment.outside, ignore_errors=True)


@pytest.fixture(scope="module")
def processes(deployment):
    return []


@pytest.fixture(scope="module")
def started(deployment, processes):
    """The environment of the platform's processes while all three services run; they are stopped with the module."""
    with deployment.held():
        # What an initdb leaves that was killed.
        unfinished = deployment.folder / "services" / "postgres" / "data.unfinished"
        unfinished.mkdir(parents=True)
        (unfinished / "PG_VERSION").write_text("")
        with open_session(deployment, Choices.read(GIVEN), GIVEN, stop=Patience(), durable=False) as session:
            processes += session.services
            yield session.environment


@pytest.fixture
def database(started):
    with psycopg.connect(started["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def test_the_city_owns_its_database_and_is_no_superuser(database):
    row = database.execute(
        "SELECT current_database(), pg_get_userbyid(datdba), rolsuper, rolcreatedb, rolcreaterole"
        " FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user"
    ).fetchone()
    assert row == ("city_test", "city", False, True, True)


def test_a_new_database_has_the_extensions_without_a_superuser(database, started):
    database.execute("CREATE DATABASE another")
    with psycopg.connect(started["DATABASE_URL"].replace("/city_test", "/another")) as another:
        found = {name for (name,) in another.execute("SELECT extname FROM pg_extension")}
        assert another.execute("SELECT ST_AsText(ST_Point(23.72, 56.65))").fetchone() == ("POINT(23.72 56.65)",)
    assert {"postgis", "pg_trgm", "unaccent", "btree_gist"} <= found
    database.execute("DROP DATABASE another")


def test_the_database_asks_for_the_password_and_listens_on_loopback_alone(database, started):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(started["DATABASE_URL"].replace("city:", "city:wrong"), connect_timeout=5)
    settings = database.execute(
        "SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'synchronous_commit')"
    ).fetchall()
    assert dict(settings) == {"listen_addresses": "127.0.0.1", "synchronous_commit": "on"}


def test_queues_survive_in_an_append_only_file_behind_a_password(started):
    with redis.Redis.from_url(started["REDIS_URL"]) as connection:
        assert connection.ping()
        assert connection.config_get("appendonly") == {"appendonly": "yes"}
        assert connection.config_get("bind") == {"bind": "127.0.0.1"}
    host_and_port = started["REDIS_URL"].partition("@")[2]
    with redis.Redis.from_url(f"redis://{host_and_port}") as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.parametrize(("spoil", "accepted"), [("", True), ("wrong", False)])
def test_the_broker_lets_in_who_knows_the_password(started, spoil, accepted):
    user_and_password, _, host_and_port = started["MQTT_URL"].removeprefix("mqtt://").partition("@")
    answers = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.username_pw_set("city", user_and_password.partition(":")[2] + spoil)
    client.on_connect = lambda client, data, flags, reason, properties: answers.append(not reason.is_failure)
    client.connect("127.0.0.1", int(host_and_port.partition(":")[2]))
    deadline = time.monotonic() + 10
    while not answers and time.monotonic() < deadline:
        client.loop(0.1)
    client.disconnect()
    assert answers == [accepted]


def test_no_service_runs_as_root(started, processes):
    for process in processes:
        assert Path(f"/proc/{process.pid}").stat().st_uid != 0


def test_what_was_stored_is_there_again_and_nothing_runs_after_the_end(tmp_path_factory):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        deployment = Deployment("test", Path(folder) / "a city")
        given = GIVEN | {"REDIS_URL": "redis://own", "MQTT_URL": "mqtt://own"}
        urls, pids = [], []
        for start in (1, 2):
            with (
                deployment.held(),
                open_session(deployment, Choices.read(given), given, stop=Patience(), durable=False) as session,
            ):
                assert [process.program.name for process in session.services] == ["postgres"]
                assert session.environment["REDIS_URL"] == "redis://own"
                urls.append(session.environment["DATABASE_URL"])
                pids += [process.pid for process in session.services]
                with psycopg.connect(urls[-1]) as connection:
                    connection.execute("CREATE TABLE IF NOT EXISTS visit (start int)")
                    connection.execute("INSERT INTO visit VALUES (%s)", [start])
                    assert connection.execute("SELECT count(*) FROM visit").fetchone() == (start,)
        assert urls[0] == urls[1]
        assert [stat(pid) for pid in pids] == [None, None]
