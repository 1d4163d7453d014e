"""What the first migration needs of the server before any table: extensions, the reader's role, schemas, functions."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.utils import NotSupportedError, OperationalError, ProgrammingError
from psycopg import errors as refusals
from psycopg import sql

from gis_platform.core import sqlfiles

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")
FUNCTIONS = ("functions/fold", "functions/city_setting", "functions/refuse_change")

CREATE_READER = """
DO $$ BEGIN
    CREATE ROLE {reader} NOLOGIN;
EXCEPTION
    -- A role belongs to the whole server: another database has made it, or is making it at this moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

# The reader sees the schema `published`. It keeps USAGE of `public`, where PostGIS's functions live, and holds no right
# on any table there; what PostGIS itself shows to everybody (spatial_ref_sys) is no secret.
RIGHTS = """
CREATE SCHEMA IF NOT EXISTS published;
CREATE SCHEMA IF NOT EXISTS custom;
REVOKE ALL ON SCHEMA custom, published FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
REVOKE ALL ON SCHEMA custom FROM {reader};
GRANT USAGE ON SCHEMA published TO {reader};
GRANT SELECT ON ALL TABLES IN SCHEMA published TO {reader};
ALTER DEFAULT PRIVILEGES IN SCHEMA published GRANT SELECT ON TABLES TO {reader};
"""


def create_extensions(_: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raises CommandError, with what to do about it, for an extension that is missing and cannot be made."""
    for name in EXTENSIONS:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name])
            if cursor.fetchone():
                continue
            try:
                cursor.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
            except (ProgrammingError, NotSupportedError, OperationalError) as error:
                raise CommandError(_advice(name, error)) from error


def create_reader(_: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    admit_reader(schema_editor.connection)


def admit_reader(connection: BaseDatabaseWrapper) -> None:
    """Gives the reader its role and rights, whatever it had; a backup brought to another server comes without them."""
    names = {
        "reader": sql.Identifier(settings.PUBLISHED_ROLE),
        "database": sql.Identifier(connection.settings_dict["NAME"]),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(CREATE_READER).format(**names))
        # Granting what is granted already would collide with another database that does the same at this moment.
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [settings.PUBLISHED_ROLE])
        if cursor.fetchone() == (False,):
            cursor.execute(sql.SQL("GRANT {reader} TO CURRENT_USER").format(**names))
        cursor.execute(sql.SQL(RIGHTS).format(**names))


def create_functions(_: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The functions that the rooms' own migrations already need, in generated columns above all."""
    with schema_editor.connection.cursor() as cursor:
        for name in FUNCTIONS:
            cursor.execute(sqlfiles.load(name))


def _advice(name: str, error: Exception) -> str:
    if isinstance(error.__cause__, refusals.InsufficientPrivilege):
        return f"This database role may not create the extension {name}. As a superuser run: CREATE EXTENSION {name};"
    return f"The PostgreSQL server does not offer the extension {name}: install its package (PostGIS, contrib) there."
