"""What becomes of each kind of record of a resident. A model that refers to residents without a rule fails a test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from gis_platform.residents.models import Resident

type Records = Callable[[Resident], list[dict[str, Any]]]


class Erase(StrEnum):
    DELETE = "delete"  # the record goes
    DETACH = "detach"  # the record stays and no longer says whose it is


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`dated` is the time from which `keep` counts; `hidden` fields are secrets, which are not given out."""

    label: str
    field: str
    erase: Erase
    keep: timedelta | None = None
    dated: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def of(self, resident: Resident) -> "QuerySet[Any]":
        return self.model._base_manager.filter(**{self.field: resident})


RULES: dict[tuple[str, str], Rule] = {}
KEPT_BY_HANDLE: dict[str, Records] = {}


def declare(
    label: str,
    field: str = "resident",
    *,
    erase: Erase = Erase.DELETE,
    keep: timedelta | None = None,
    dated: str = "",
    hidden: tuple[str, ...] = (),
) -> None:
    """Says it of the model's field that refers to a resident."""
    assert (keep is None) == (not dated), "what is kept for a time says from when"
    rule = Rule(label=label, field=field, erase=erase, keep=keep, dated=dated, hidden=frozenset(hidden))
    RULES[(label, field)] = rule


def kept_by_handle(name: str) -> Callable[[Records], Records]:
    """Registers what gives out records that know a resident by the handle alone.

    They stay when the resident is erased: the handle then leads to nobody, and the books still balance.
    """

    def register(function: Records) -> Records:
        KEPT_BY_HANDLE[name] = function
        return function

    return register


def references() -> Iterator[tuple[str, str]]:
    """Every field of the platform that refers to a resident."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Resident:
                yield model._meta.label, field.name
