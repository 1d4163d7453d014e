"""What the window on the schema `published` shows, and what it cannot."""

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from psycopg.sql import SQL, Identifier

from gis_platform.reports import services as reporting
from layers import catalog
from layers.base.publishing import publish
from tests.people import LIBRARY, a_category


@pytest.fixture
def reader(transactional_db):
    """A connection of its own with the reader's role, as the published window has it in production."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as link:
        link.execute(SQL("SET ROLE {}").format(Identifier(settings.PUBLISHED_ROLE)))
        link.commit()
        yield link


def test_the_reader_sees_every_declared_layer(reader):
    for spec in catalog.declared():
        reader.execute(SQL("SELECT * FROM {} LIMIT 1").format(Identifier(*spec.view)))


def test_the_reader_sees_no_table_of_ours(reader):
    tables = reader.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname IN ('public', 'custom')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    ).fetchall()
    assert ("public", "merchants_merchant") in tables
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), reader.transaction():
            reader.execute(SQL("SELECT FROM {} LIMIT 1").format(Identifier(*table)))


def test_the_reader_can_write_nowhere(reader):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), reader.transaction():
        reader.execute("DELETE FROM published.tourism")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), reader.transaction():
        reader.execute("CREATE TABLE published.mine (id int)")


def test_private_columns_are_in_no_view(reader):
    columns = reader.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'published'"
    ).fetchall()
    private = {(spec.id, p.column) for spec in catalog.declared() for p in spec.properties if p.private}
    assert ("merchants", "bank_account") in private
    assert private.isdisjoint(columns)


def test_texts_are_renewed_although_the_same_transaction_has_written_the_features_anew(db):
    """A column that is made by the rows' rewriting, and a foreign key that waits to be checked, in one upgrade."""
    spec = catalog.layer("reports")
    draft = reporting.Draft(category=a_category().code, text="It is dark.", longitude=LIBRARY.x, latitude=LIBRARY.y)
    reporting.receive(draft, by=AnonymousUser())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("COMMENT ON COLUMN reports_report.feature_text IS NULL")
    publish(spec)
    with connection.cursor() as cursor:
        cursor.execute("SELECT feature_text LIKE %s FROM reports_report", ['%"category":"lighting"%'])
        assert cursor.fetchone() == (True,)
