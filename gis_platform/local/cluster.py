"""A PostgreSQL cluster of one's own, with PostGIS in its template and a role for the city."""

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from gis_platform.local.accounts import Account
from gis_platform.local.files import write_private
from gis_platform.local.keys import Keys
from gis_platform.local.ports import LOOPBACK
from gis_platform.local.process import Program
from gis_platform.local.start_error import StartError
from gis_platform.local.system import SERVICE_ENVIRONMENT, PostgresRelease, installed_postgres

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")
ROLE = "city"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Cluster:
    """Loopback only: a socket's path must be shorter than 108 bytes, and a checkout may lie deeper than that."""

    home: Path
    logs: Path
    account: Account | None
    keys: Keys
    port: int
    database: str
    durable: bool = True
    name: str = "postgres"

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def prepare(self) -> list[Program]:
        _remove_stale_pid_file(self._data)
        if self._data.exists():
            return []
        # initdb makes its folder under another name and we rename it when it is whole: see program().
        shutil.rmtree(self._unfinished, ignore_errors=True)
        password_file = self.home / "superuser"
        write_private(password_file, self.keys.postgres, owner=self.account)
        release = self._release()
        options = ["--username=postgres", f"--pwfile={password_file}", "--auth=scram-sha-256", "--data-checksums"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8"]
        return [self._as_program("initdb", [str(release.program("initdb")), f"--pgdata={self._unfinished}", *options])]

    def program(self) -> Program:
        if not self._data.exists():
            self._unfinished.rename(self._data)
            (self.home / "superuser").unlink(missing_ok=True)
        settings = [f"-c{name}={value}" for name, value in self._settings().items()]
        command = [str(self._release().program("postgres")), "-D", str(self._data), *settings]
        return self._as_program(self.name, command)

    def answers(self) -> bool:
        try:
            self._connect("template1").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise StartError(
                    f"The cluster in {self.home} has another password than {self.logs.parent}/keys.json."
                ) from error
            return False
        return True

    def furnish(self) -> None:
        with self._connect("template1") as template:
            for extension in EXTENSIONS:
                template.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            _furnish_role(template, self.keys.city)
        with self._connect("postgres") as maintenance:
            found = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone()
            if not found:
                names = {"database": sql.Identifier(self.database), "role": sql.Identifier(ROLE)}
                maintenance.execute(sql.SQL("CREATE DATABASE {database} OWNER {role}").format(**names))

    def variables(self) -> dict[str, str]:
        address = f"{ROLE}:{self.keys.city}@{LOOPBACK}:{self.port}"
        return {"DATABASE_URL": f"postgresql://{address}/{self.database}"}

    @property
    def _unfinished(self) -> Path:
        return self.home / "data.unfinished"

    def _release(self) -> PostgresRelease:
        """The release that made the data, or the newest."""
        releases = installed_postgres()
        if not self._data.exists():
            if not releases:
                raise StartError("PostgreSQL 15 or newer with PostGIS 3.3 or newer is not installed.")
            return releases[0]
        made_by = int((self._data / "PG_VERSION").read_text())
        found = next((release for release in releases if release.major == made_by), None)
        if not found:
            raise StartError(
                f"The data in {self._data} belong to PostgreSQL {made_by}: install postgresql-{made_by}-postgis-3,"
                " or remove them with `make clean`."
            )
        return found

    def _settings(self) -> dict[str, str]:
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
        settings = {
            "port": str(self.port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "max_connections": "150",
            "shared_buffers": f"{min(max(memory_mb // 8, 256), 1024)}MB",
            "effective_cache_size": f"{max(memory_mb // 2, 512)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if not self.durable:
            # A crash of the machine may ruin the test cluster; a crash of PostgreSQL alone still loses nothing.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        return settings

    def _as_program(self, name: str, command: list[str]) -> Program:
        return Program(
            name,
            command,
            SERVICE_ENVIRONMENT,
            self.home,
            account=self.account,
            output=self.logs / "postgres.log",
            stop_signal=signal.SIGINT,  # the fast shutdown: it does not wait for clients
            grace_s=60,
        )

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user="postgres",
            password=self.keys.postgres,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )


def _furnish_role(connection: psycopg.Connection, password: str) -> None:
    """An owner that may make databases and roles (tests and the published view's reader need both), and no more."""
    role = sql.Identifier(ROLE)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    attributes = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD {}")
    connection.execute(attributes.format(role, sql.Literal(password)))
    if connection.info.server_version >= 160000:
        # Since 16 a role's maker may not act as it unless this is said.
        connection.execute(sql.SQL("ALTER ROLE {} SET createrole_self_grant = 'set, inherit'").format(role))


def _remove_stale_pid_file(data: Path) -> None:
    """After a power cut the number in it may be another process's, and PostgreSQL would take that one for itself."""
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, ValueError, IndexError):
        return
    if str(data) not in command:
        file.unlink()
