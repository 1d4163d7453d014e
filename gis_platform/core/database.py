"""Which connection may do what."""

from typing import Any

PUBLISHED = "published"


class OwnerMigrates:
    """Keeps migrations on the owner's connection: `published` is a window on the same database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == PUBLISHED else None
