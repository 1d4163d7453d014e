"""Start-up: the rooms' jobs are found, and SQL files follow the migrations."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from gis_platform.core import ground, sqlfiles
from gis_platform.core.database import PUBLISHED


class CoreConfig(AppConfig):
    name = "gis_platform.core"
    verbose_name = "Core"

    def ready(self) -> None:
        autodiscover_modules("jobs")  # the rooms' handlers and periodic jobs
        post_migrate.connect(_install_sql, sender=self)


def _install_sql(*, using: str, plan: list[Any] | None = None, **_: Any) -> None:
    if plan is None:  # tables were emptied, nothing was migrated
        return
    # Triggers name tables, so they wait until the last migration of the last room has run.
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if using != PUBLISHED:
        ground.admit_reader(connections[using])
    # A migration may have replaced a table and dropped its triggers with it, so after one all files run again.
    sqlfiles.install("functions", "triggers", "views", using=using, again=bool(plan))
