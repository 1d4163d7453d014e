import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.utils import DatabaseError

from gis_platform.core import ground
from gis_platform.core.database import OwnerMigrates

pytestmark = pytest.mark.django_db


def query(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def as_reader(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.PUBLISHED_ROLE}")
        cursor.execute(statement)
        # The end of a savepoint does not end what was set within it; a rollback does.
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Šiauliai", "siauliai"),
        ("ĶEKAVA", "kekava"),
        ("Žemaitės g.", "zemaites g."),
        ("Ąžuolyno", "azuolyno"),
        ("", ""),
    ],
)
def test_fold_takes_accents_and_case_away(text, folded):
    assert query("SELECT fold(%s)", text) == [(folded,)]


def test_fold_of_nothing_is_nothing():
    assert query("SELECT fold(NULL)") == [(None,)]


def test_fold_serves_generated_columns_whatever_the_search_path():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE t (name text, search text GENERATED ALWAYS AS (fold(name)) STORED)")
        cursor.execute("SET LOCAL search_path = pg_temp")
        cursor.execute("INSERT INTO t VALUES ('Jelgavā') RETURNING search")
        assert cursor.fetchone() == ("jelgava",)


def test_the_reader_may_use_what_is_published_alone():
    as_reader("SELECT ST_AsText(ST_Transform(ST_SetSRID(ST_MakePoint(23.7, 56.6), 4326), 3059)), fold('Ā')")
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW published.things AS SELECT 1 AS id")
    as_reader("SELECT * FROM published.things")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM core_auditentry",
        "SELECT * FROM core_outboxentry",
        "SELECT * FROM django_migrations",
        "INSERT INTO core_periodicrun VALUES ('x', now())",
        "CREATE TABLE public.mine (id int)",
        "CREATE TABLE published.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "SELECT pg_read_file('/etc/hostname')",
    ],
)
def test_the_reader_may_do_nothing_else(statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_reader(statement)


def test_no_table_of_a_room_is_open_to_the_reader():
    tables = query(
        """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'custom') AND c.relkind IN ('r', 'p', 'v', 'm')
            AND has_table_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        """,
        settings.PUBLISHED_ROLE,
    )
    assert tables == []


def test_a_connection_can_start_as_the_reader():
    parameters = connection.get_connection_params()
    for ours in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    parameters["options"] = f"-c role={settings.PUBLISHED_ROLE}"
    with psycopg.connect(**parameters) as reader:
        assert reader.execute("SELECT current_user").fetchone() == (settings.PUBLISHED_ROLE,)


def test_laying_the_ground_again_changes_nothing():
    with connection.schema_editor() as editor:
        ground.create_extensions(None, editor)
        ground.create_reader(None, editor)
        ground.create_functions(None, editor)


def test_a_reader_that_lost_its_rights_gets_them_back_with_the_next_migration():
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON SCHEMA published FROM {settings.PUBLISHED_ROLE}")
    call_command("migrate", verbosity=0)
    test_the_reader_may_use_what_is_published_alone()


def test_a_missing_extension_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(ground, "EXTENSIONS", ("no_such_extension",))
    with (
        connection.schema_editor() as editor,
        pytest.raises(CommandError, match="does not offer the extension no_such"),
        transaction.atomic(),
    ):
        ground.create_extensions(None, editor)


def test_a_role_that_may_not_create_an_extension_hears_who_can(monkeypatch):
    # Only a superuser may create this one, and the test's role is none.
    monkeypatch.setattr(ground, "EXTENSIONS", ("file_fdw",))
    if not query("SELECT 1 FROM pg_available_extensions WHERE name = 'file_fdw'"):
        pytest.skip("this server lacks PostgreSQL's contrib package")
    if query("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper"):
        pytest.skip("the tests run as a superuser here")
    with (
        connection.schema_editor() as editor,
        pytest.raises(CommandError, match="As a superuser run: CREATE EXTENSION"),
        transaction.atomic(),
    ):
        ground.create_extensions(None, editor)


def test_the_published_window_never_migrates():
    assert OwnerMigrates().allow_migrate("published", "core") is False
    assert OwnerMigrates().allow_migrate("default", "core") is None
