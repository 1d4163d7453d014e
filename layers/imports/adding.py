"""Adds a layer from a file: the layer, its features and their history, all of it or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from layers.base.geometry import MULTI
from layers.catalog import Access, LayerSpec, PropertyType
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer
from layers.imports.errors import NothingImportable
from layers.imports.models import ImportRun
from layers.imports.options import ImportOptions
from layers.imports.readers.source import opened
from layers.imports.readers.table import Attribute, Table
from layers.imports.services import make_preview, make_real, require_size, store
from layers.imports.states import move

LABEL_LENGTH_MAX = 63
LABELS = ("name", "nosaukums", "pavadinimas", "title", "label", "adrese", "adresas", "address")
LABEL_PARTS = ("name", "nosauk", "pavad", "_pav", "title")
SINGLE = {"LineString": "MultiLineString", "Polygon": "MultiPolygon"}


@dataclass(frozen=True, kw_only=True)
class NewLayer:
    """What a person says about a layer that a file is to become."""

    id: str
    title: str = ""
    description: str = ""
    access: Access = Access.PUBLIC
    color: str = "#7c3aed"
    licence: str = ""
    attribution: str = ""


def add_layer(
    file: IO[bytes], new: NewLayer, *, actor: str, file_name: str, size_bytes: int, options: ImportOptions
) -> tuple[LayerSpec, ImportRun]:
    """The layer and the import that filled it.

    Raises an ImportRefused, LayerExists, InvalidInput, or NothingImportable when no feature of the file can be kept.
    """
    require_size(size_bytes)
    with transaction.atomic():
        run = store(file, layer=new.id, actor=actor, file_name=file_name, options=options)
        try:
            with opened(run.path, encoding=options.encoding) as source:
                table = source.table(options.table)
                columns = [Column(a.name, a.type) for a in table.attributes]
                spec = create_layer(_declaration(new, table, run), columns, actor=actor)
            move(run, ImportRun.State.PREVIEWING)
            make_preview(run, spec)
            if not run.adds:
                raise NothingImportable(
                    _("None of the file's {count} features can be kept: {why}").format(
                        count=run.rejects, why=_first_reason(run)
                    )
                )
            move(run, ImportRun.State.APPLYING)
            make_real(run, spec)
        finally:
            run.path.unlink(missing_ok=True)
    return spec, run


def geometry_type_of(found: frozenset[str]) -> str:
    """The type of column that takes all of the file's geometries.

    >>> geometry_type_of(frozenset({"Polygon", "MultiPolygon"}))
    'MultiPolygon'
    >>> geometry_type_of(frozenset({"Point", "LineString"}))
    'Geometry'
    """
    families = {MULTI.get(kind, kind) for kind in found}
    if len(families) != 1:
        return "Geometry"
    (family,) = families
    if family == "Point":
        return "MultiPoint" if "MultiPoint" in found else "Point"
    return SINGLE.get(family, "Geometry")


def label_of(attributes: tuple[Attribute, ...]) -> str:
    """The attribute that people know a feature by: one that is called so, else the first text; empty without any."""
    return next(_candidates(attributes), "")


def _candidates(attributes: tuple[Attribute, ...]) -> Iterator[str]:
    texts = [a.name for a in attributes if a.type is PropertyType.STRING and 0 < len(a.name) <= LABEL_LENGTH_MAX]
    language = settings.CITY.language
    for wanted in (f"name_{language}", f"name:{language}", *LABELS):
        yield from (name for name in texts if name.lower() == wanted)
    for part in LABEL_PARTS:
        yield from (name for name in texts if part in name.lower())
    yield from texts


def _declaration(new: NewLayer, table: Table, run: ImportRun) -> CustomLayer:
    title = new.title or new.id.replace("_", " ").capitalize()
    return CustomLayer(
        id=new.id,
        geometry_type=geometry_type_of(table.geometry_types),
        label=label_of(table.attributes),
        description=new.description,
        access=new.access,
        color=new.color,
        licence=new.licence,
        attribution=new.attribution,
        **{f"title_{settings.CITY.language}": title},
    )


def _first_reason(run: ImportRun) -> str:
    row = run.staged.filter(action="reject").first()
    return row.reason if row else ""
