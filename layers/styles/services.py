"""The writing verbs of styles. A change names the version that it was made from; every state is kept."""

from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.errors import Conflict, NotFound
from layers import catalog
from layers.base.editing import stale
from layers.styles.checking import InvalidStyle, check_choices, check_drawn
from layers.styles.models import NAME_LENGTH_MAX, TITLE_LENGTH_MAX, SavedStyle, StyleVersion

STYLES_MAX = 50  # of one layer


class UnknownStyle(NotFound):
    code = "unknown-style"


class StyleExists(Conflict):
    code = "style-exists"


class NothingToUndo(Conflict):
    code = "nothing-to-undo"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a style is to be: choices, or `drawn` MapLibre layers, which then take their place."""

    title: str
    choices: dict[str, Any] = field(default_factory=dict)
    drawn: list[dict[str, Any]] = field(default_factory=list)


def name_for(title: str, *, layer: str) -> str:
    """A name that nobody has, from the title where it can be read."""
    stem = slugify(title)[: NAME_LENGTH_MAX - 10].replace("_", "-").lstrip("0123456789-")
    return f"{stem or layer.replace('_', '-')}-{get_random_string(6, ascii_lowercase)}"


def create_style(layer: str, name: str, wanted: Wanted, *, actor: str) -> SavedStyle:
    """Raises StyleExists, InvalidStyle, StyleTooLarge."""
    if name in {"city", *(spec.id for spec in catalog.layers())}:
        raise StyleExists(_("A layer's own style has this name."))
    if SavedStyle.objects.filter(layer=layer).count() >= STYLES_MAX:
        raise StyleExists(_("A layer has at most {limit} styles.").format(limit=STYLES_MAX))
    before = StyleVersion.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    style = SavedStyle(name=name, layer=layer, version=before + 1)
    _fill(style, wanted, actor=actor)
    try:
        style.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            style.save(force_insert=True)
            _note(style, StyleVersion.Operation.CREATE)
    except ValidationError as error:
        raise InvalidStyle(_("The style cannot be saved."), fields=_fields(error)) from error
    except IntegrityError as error:
        raise StyleExists(_("There is already a style called {name}.").format(name=name)) from error
    return style


@transaction.atomic
def replace_style(name: str, wanted: Wanted, *, version: int, actor: str) -> SavedStyle:
    """Raises UnknownStyle, StaleVersion, InvalidStyle, StyleTooLarge."""
    style = _current(name, version)
    _fill(style, wanted, actor=actor)
    style.version += 1
    style.save()
    _note(style, StyleVersion.Operation.UPDATE)
    return style


@transaction.atomic
def undo_style(name: str, *, version: int, actor: str) -> SavedStyle:
    """Gives the style the state before its latest one, as a new version; raises NothingToUndo."""
    _current(name, version)
    past = StyleVersion.objects.filter(name=name, version=version - 1).exclude(operation="delete").first()
    if past is None:
        raise NothingToUndo(_("The style has no earlier version."))
    wanted = Wanted(title=past.title, choices=past.choices, drawn=past.drawn)
    return replace_style(name, wanted, version=version, actor=actor)


@transaction.atomic
def delete_style(name: str, *, version: int, actor: str) -> None:
    style = _current(name, version)
    style.version += 1
    style.updated_by = actor
    _note(style, StyleVersion.Operation.DELETE)
    style.delete()


@transaction.atomic
def choose_default(layer: str, name: str | None) -> None:
    """The map draws the layer by this style; None: as it is declared. Raises UnknownStyle."""
    SavedStyle.objects.filter(layer=layer, is_default=True).update(is_default=False)
    if name is not None and SavedStyle.objects.filter(layer=layer, name=name).update(is_default=True) != 1:
        raise UnknownStyle(_("There is no such style."))


def _current(name: str, version: int) -> SavedStyle:
    style = SavedStyle.objects.select_for_update().filter(name=name).first()
    if style is None:
        raise UnknownStyle(_("There is no such style."))
    if style.version != version:
        raise stale(style.version)
    return style


def _fill(style: SavedStyle, wanted: Wanted, *, actor: str) -> None:
    style.title = wanted.title.strip()[:TITLE_LENGTH_MAX]
    if not style.title:
        raise InvalidStyle(_("The style needs a title."), fields={"title": _("A value is needed.")})
    style.choices = check_choices(wanted.choices)
    style.drawn = check_drawn(wanted.drawn, layer=style.layer)
    style.updated_by, style.updated_at = actor, clock.now()


def _note(style: SavedStyle, operation: StyleVersion.Operation) -> None:
    StyleVersion.objects.create(
        name=style.name,
        layer=style.layer,
        title=style.title,
        choices=style.choices,
        drawn=style.drawn,
        version=style.version,
        operation=operation,
        actor=style.updated_by,
    )


def _fields(error: ValidationError) -> dict[str, str]:
    return {name: " ".join(texts) for name, texts in error.message_dict.items()}
