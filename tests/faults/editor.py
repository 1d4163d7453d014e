"""A process that edits a feature until it is killed: `python editor.py FEATURE [broken]`."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django.setup()

from gis_platform.core.actor import acting  # noqa: E402 needs Django
from layers import catalog  # noqa: E402 needs Django
from layers.base import editing  # noqa: E402 needs Django
from layers.base.drafting import draft  # noqa: E402 needs Django

ACTOR = "system:fault"
tell = editing._tell


def edit_for_ever(feature_id: int) -> None:
    spec = catalog.layer("tourism")
    version = draft(spec, feature_id).version
    while True:
        version = editing.update_feature(
            spec, feature_id, properties={"season": f"after {version}"}, version=version, actor=ACTOR
        ).version


def tell_afterwards(feature_id: int) -> None:
    """The broken twin: the edit is committed first, and then told of."""
    spec = catalog.layer("tourism")
    editing._tell = lambda *_: None
    version = draft(spec, feature_id).version
    while True:
        stored = editing.update_feature(
            spec, feature_id, properties={"season": f"after {version}"}, version=version, actor=ACTOR
        )
        time.sleep(0.05)
        with acting(ACTOR):
            tell(spec, editing.Edit(editing.Change.Operation.UPDATE, actor=ACTOR), stored)
        version = stored.version


if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201 - for the test that waits to kill
    (tell_afterwards if sys.argv[2:] == ["broken"] else edit_for_ever)(int(sys.argv[1]))
