"""What an import linter cannot see: string foreign keys and SQL go downhill too, and every room says what it is."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
ROOMS = [config for config in apps.get_app_configs() if not config.name.startswith(("django.", "ninja"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]


def height(module: str) -> list[tuple[int, int]]:
    """Where a module stands in each contract that places it: (the contract's number, floors from the bottom)."""
    places = []
    for number, contract in enumerate(CONTRACTS):
        containers = contract.get("containers", [""])
        floors = contract.get("layers", [])
        for floor, names in enumerate(reversed(floors)):
            for name in re.split(r"[|:]", names):
                full = ".".join(filter(None, (containers[0], name.strip(" ()"))))
                if module == full or module.startswith(f"{full}."):
                    places.append((number, floor))
    return places


def keys_between_rooms():
    for model in apps.get_models():
        source = apps.get_app_config(model._meta.app_label).name
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model:
                target = apps.get_app_config(field.related_model._meta.app_label).name
                if source != target and target != "django.contrib.auth" and not source.startswith("django."):
                    yield pytest.param(source, target, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize(("source", "target"), list(keys_between_rooms()))
def test_a_foreign_key_goes_downhill(source, target):
    heights = dict(height(target))
    shared = [(floor, heights[number]) for number, floor in height(source) if number in heights]
    assert shared, f"no contract places both {source} and {target}"
    assert all(mine >= theirs for mine, theirs in shared), f"{source} stands below {target}"
    assert any(mine > theirs for mine, theirs in shared), f"{source} and {target} stand side by side"


def test_the_walk_sees_a_key_that_goes_uphill():
    """The canary: were `places` to refer to `residents`, the heights would tell."""
    heights = dict(height("gis_platform.residents"))
    assert any(floor < heights[number] for number, floor in height("layers.places") if number in heights)


@pytest.mark.parametrize("path", sorted((ROOT / "sql").rglob("*.sql")), ids=lambda path: path.stem)
def test_sql_names_its_owner(path):
    first = path.read_text().splitlines()[0]
    assert (owner := re.fullmatch(r"-- owner: ([\w.]+)", first)), first
    assert owner.group(1) in {room.name for room in ROOMS} | {room.name.rsplit(".", 1)[-1] for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_what_it_is(room):
    docstring = ast.get_docstring(ast.parse((Path(room.path) / "__init__.py").read_text()))
    assert docstring, f"{room.name}/__init__.py has no docstring"
    assert re.search(r"\b[Ii]mport", docstring), f"{room.name}/__init__.py does not say what the room may import"


def test_the_root_holds_what_the_city_named_and_no_more():
    named = {"gis_platform", "layers", "ogc_api", "maps", "rules", "sql", "tests", "manage.py", "pyproject.toml"}
    beside = {"docs", "bench", ".ci", "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"}
    locks = {"requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"}
    ignored = {".git", ".gitignore", ".gitattributes", ".local", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
    ignored |= {".import_linter_cache", ".hypothesis", "__pycache__", ".coverage"}
    assert {path.name for path in ROOT.iterdir()} - named - beside - locks - ignored == set()
