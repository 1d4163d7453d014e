"""A programme with its versions and worked examples as one JSON document, for export and import.

What an import makes are drafts: state, author and approval belong to a city and do not travel.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gis_platform.core.actor import acting
from gis_platform.core.card_numbers import refuse_in_json
from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from rules.benefits import programmes, versions
from rules.benefits.errors import DocumentRefused
from rules.benefits.models import Programme, ProgrammeVersion
from rules.engine.forms import Code, DefinitionForm

BYTES_MAX = 1_000_000
VERSIONS_MAX = 200
ARTICLE_NUMBERS = ("*.gtin", "*.gtins", "*.args")  # of lines, of forms, and what a condition compares a line's with
EXAMPLES_MAX = 200

type Name = Annotated[str, Field(max_length=200)]


class Piece(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LineDocument(Piece):
    id: str
    category: str
    amount_cents: int
    quantity: int = 1
    gtin: str = ""


class ExampleDocument(Piece):
    """Facts in, cents and points out; what is left out is nothing."""

    name: Name
    facts: dict[str, Any] = {}
    lines: list[LineDocument] = Field(default=[], max_length=500)
    left: dict[str, int] = {}
    counters: dict[str, int] = {}
    discounts: dict[str, int] = {}
    points: int = 0
    voucher_cents: int = 0
    used: dict[str, int] = {}
    counted: dict[str, int] = {}
    funder: str = ""
    verdict: str = ""


class ProgrammeDetails(Piece):
    code: Code
    name_lv: Name = ""
    name_lt: Name = ""
    name_en: Name = ""
    legal_act: Annotated[str, Field(max_length=300)] = ""
    legal_number: Annotated[str, Field(max_length=60)] = ""
    legal_date: Annotated[date, Field(strict=False)] | None = None
    funder: Code


class VersionDocument(Piece):
    """Both days are included; without a last day it is in force until further notice."""

    first_day: Annotated[date, Field(strict=False)]
    last_day: Annotated[date, Field(strict=False)] | None = None
    definition: DefinitionForm
    examples: list[ExampleDocument] = Field(default=[], max_length=EXAMPLES_MAX)


class ProgrammeDocument(Piece):
    """The oldest version first."""

    format: Literal[1]
    programme: ProgrammeDetails
    versions: list[VersionDocument] = Field(min_length=1, max_length=VERSIONS_MAX)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ProgrammeDocument.model_json_schema()}


def export(programme: Programme) -> dict[str, Any]:
    """The document of a programme with all of its versions, as JSON has it."""
    details = {name: getattr(programme, name) for name in ProgrammeDetails.model_fields}
    day = programme.legal_date
    return {
        "format": 1,
        "programme": details | {"legal_date": day.isoformat() if day else None},
        "versions": [_version(version) for version in programme.versions.order_by("number")],
    }


def take_in(content: bytes, *, user: User) -> Programme:
    """The programme of a document; its versions become drafts. All or nothing.

    A programme that is there keeps its name and act and only gets the versions. Raises DocumentRefused with the path
    of what cannot stand.
    """
    document, value = _read(content)
    with acting(user.actor, "programme imported"):
        code = document.programme.code
        programme = Programme.objects.filter(code=code).first()
        if programme is None:
            programme = programmes.create(document.programme.model_dump(), user=user)
        for place, version in enumerate(document.versions):
            _draft(programme, version, value["versions"][place], user=user, path=f"versions.{place}")
    return programme


def _read(content: bytes) -> tuple[ProgrammeDocument, Mapping[str, Any]]:
    if len(content) > BYTES_MAX:
        raise DocumentRefused(_("A document may be {most} kB long.").format(most=BYTES_MAX // 1000))
    try:
        value = json.loads(content)
        refuse_in_json(value, article_numbers=ARTICLE_NUMBERS)
        return ProgrammeDocument.model_validate(value), value
    except ValidationError as error:
        fields = {".".join(map(str, one["loc"])) or "document": one["msg"] for one in error.errors()[:20]}
        first, sentence = next(iter(fields.items()))
        raise DocumentRefused(f"{first}: {sentence}", fields=fields) from error
    except (ValueError, RecursionError) as error:
        raise DocumentRefused(_("The file is not JSON in UTF-8.")) from error


def _draft(
    programme: Programme, version: VersionDocument, value: Mapping[str, Any], *, user: User, path: str
) -> ProgrammeVersion:
    """The definition is kept as it was written, not as it was read, so that an export gives it back."""
    last = version.last_day
    if last is not None and last < version.first_day:
        sentence = _("The last day is before the first.")
        raise DocumentRefused(f"{path}.last_day: {sentence}", fields={f"{path}.last_day": sentence})
    try:
        return versions.draft(
            programme,
            definition=value["definition"],
            first_day=version.first_day,
            end_day=None if last is None else last + timedelta(days=1),
            examples=value.get("examples", []),
            author=user,
        )
    except CityError as error:
        inner = getattr(error, "fields", {})
        fields = {f"{path}.definition.{name}": sentence for name, sentence in inner.items()}
        said = "; ".join(f"{name}: {sentence}" for name, sentence in fields.items())
        raise DocumentRefused(said or f"{path}: {error.detail}", fields=fields) from error


def _version(version: ProgrammeVersion) -> dict[str, Any]:
    end = version.effective.upper
    return {
        "first_day": version.effective.lower.isoformat(),
        "last_day": (end - timedelta(days=1)).isoformat() if end else None,
        "definition": version.definition,
        "examples": version.examples,
    }
