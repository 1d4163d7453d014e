from pathlib import Path

import pytest
from django.conf import settings as real_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from gis_platform.core import sqlfiles
from gis_platform.core.apps import _install_sql
from gis_platform.settings import INSTALLED_APPS

ROOMS = {name.rpartition(".")[2] for name in INSTALLED_APPS}


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """An sql/ of the test's own."""
    settings.BASE_DIR = tmp_path
    for name in ("functions", "triggers", "views"):
        (tmp_path / "sql" / name).mkdir(parents=True)
    return tmp_path / "sql"


def write(path: Path, text: str, owner: str = "core") -> None:
    path.write_text(f"-- owner: {owner}\n{text}\n")


def test_every_file_of_the_project_names_an_owner_that_exists():
    files = list((Path(real_settings.BASE_DIR) / "sql").rglob("*.sql"))
    assert files
    for path in files:
        assert sqlfiles.owner(sqlfiles.load(f"{path.parent.name}/{path.stem}")) in ROOMS, path


def test_a_file_without_an_owner_is_refused(folder):
    (folder / "views" / "stray.sql").write_text("SELECT 1")
    with pytest.raises(ImproperlyConfigured, match=r"sql/views/stray\.sql does not begin"):
        sqlfiles.load("views/stray")


@pytest.mark.parametrize("name", ["../settings", "views/../../x", "/etc/passwd", "fold"])
def test_a_name_stays_inside_the_folder(name):
    with pytest.raises(ValueError, match="not the name of an SQL file"):
        sqlfiles.load(name)


@pytest.mark.django_db
def test_identifiers_are_quoted_and_values_written_as_literals(folder):
    write(folder / "views" / "pick.sql", "SELECT {value}::int AS {column} FROM {table}")
    statement = sqlfiles.statement(
        "views/pick", table=("public", "core_periodicrun"), column='a"; DROP TABLE x; --', value=sql.Literal(7)
    )
    text = statement.as_string(None)
    assert text.endswith('SELECT 7::int AS "a""; DROP TABLE x; --" FROM "public"."core_periodicrun"\n')
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_functions_come_before_triggers_and_unchanged_files_are_left_alone(folder):
    write(folder / "functions" / "seven.sql", "CREATE OR REPLACE FUNCTION seven() RETURNS int LANGUAGE sql RETURN 7;")
    write(folder / "triggers" / "none.sql", "SELECT seven();")
    folders = ("functions", "triggers")
    assert sqlfiles.install(*folders) == ["functions/seven", "triggers/none"]
    assert sqlfiles.install(*folders) == []
    write(folder / "functions" / "seven.sql", "CREATE OR REPLACE FUNCTION seven() RETURNS int LANGUAGE sql RETURN 8;")
    assert sqlfiles.install(*folders) == ["functions/seven"]
    assert sqlfiles.install(*folders, again=True) == ["functions/seven", "triggers/none"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT seven()")
        assert cursor.fetchone() == (8,)


@pytest.mark.django_db
def test_a_function_may_call_one_whose_file_comes_later(folder):
    create = "CREATE OR REPLACE FUNCTION {0}() RETURNS int LANGUAGE sql AS $$ SELECT {1} $$;"
    write(folder / "functions" / "a.sql", create.format("calls_b", "is_b()"))
    write(folder / "functions" / "b.sql", create.format("is_b", "1"))
    assert sqlfiles.install("functions") == ["functions/a", "functions/b"]


@pytest.mark.django_db
def test_percent_signs_and_braces_are_left_as_they_are(folder):
    write(
        folder / "functions" / "odd.sql", "CREATE OR REPLACE FUNCTION odd() RETURNS text LANGUAGE sql RETURN '{}%s%';"
    )
    sqlfiles.install("functions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT odd()")
        assert cursor.fetchone() == ("{}%s%",)


@pytest.mark.django_db
def test_a_file_of_a_room_that_is_not_installed_is_skipped(folder):
    write(folder / "triggers" / "other.sql", "SELECT no_such_function();", owner="gis_platform/no_such_room")
    assert sqlfiles.install("triggers") == []


@pytest.mark.django_db
def test_a_file_that_fails_leaves_nothing_behind(folder):
    write(folder / "functions" / "a.sql", "CREATE FUNCTION half() RETURNS int LANGUAGE sql RETURN 1;")
    write(folder / "functions" / "b.sql", "CREATE FUNKTION")
    with pytest.raises(Exception, match="syntax error"):
        sqlfiles.install("functions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('half')")
        assert cursor.fetchone() == (None,)


@pytest.mark.django_db
def test_the_published_window_installs_nothing(folder):
    write(folder / "functions" / "a.sql", "SELECT 1;")
    assert sqlfiles.install("functions", using="published") == []


@pytest.mark.django_db
def test_files_run_again_after_a_migration_and_not_after_tables_were_emptied(folder):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE ran (at timestamptz)")
        write(folder / "triggers" / "count.sql", "INSERT INTO ran VALUES (now());")
        counts = []
        for plan in ([("a migration", False)], [("a migration", False)], [], None):
            _install_sql(using="default", plan=plan)
            cursor.execute("SELECT count(*) FROM ran")
            counts.append(cursor.fetchone()[0])
    assert counts == [1, 2, 2, 2]


@pytest.mark.django_db
def test_migrating_again_installs_nothing_new():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, hash, installed_at FROM core_sqlfile ORDER BY name")
        before = cursor.fetchall()
        call_command("migrate", verbosity=0)
        cursor.execute("SELECT name, hash, installed_at FROM core_sqlfile ORDER BY name")
        assert cursor.fetchall() == before
    assert "functions/fold" in [name for name, _, _ in before]
