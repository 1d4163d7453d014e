"""What is different between two versions of a feature, for people to read."""

import difflib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from layers.base.drafting import Draft
from layers.catalog import LayerSpec, Property
from maps.editor.fields import text_of

METRES_PER_DEGREE = 111_195  # of latitude, on a sphere of the Earth's mean radius
WORDS_MAX = 3000  # comparing word by word costs the square of their number


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a text: kept, or what one of the two versions has alone."""

    text: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Difference:
    title: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    note: str = ""


def differences(spec: LayerSpec, before: Draft, after: Draft) -> list[Difference]:
    """Property by property in the order of the declaration, then the geometry."""
    found = [_difference(prop, before, after) for prop in changed_properties(spec, before, after)]
    if before.geometry != after.geometry:
        found.append(
            Difference(
                title=_("Position"),
                before=_whole(_geometry_text(before)),
                after=_whole(_geometry_text(after)),
                note=_moved(before, after),
            )
        )
    return found


def changed_properties(spec: LayerSpec, before: Draft, after: Draft) -> Iterator[Property]:
    return (p for p in spec.editable_properties if before.value(p) != after.value(p))


def changed_titles(spec: LayerSpec, before: Draft, after: Draft) -> list[str]:
    titles = [str(prop.title) for prop in changed_properties(spec, before, after)]
    return titles + ([_("position")] if before.geometry != after.geometry else [])


def shown(prop: Property, draft: Draft) -> str:
    """A value as people read it: a choice by its label."""
    text = text_of(prop, draft.value(prop))
    return str(dict(prop.choices).get(text, text))


def _difference(prop: Property, before: Draft, after: Draft) -> Difference:
    title = str(prop.title)
    old, new = compare_words(shown(prop, before), shown(prop, after))
    return Difference(title=title[:1].upper() + title[1:], before=old, after=new)


def compare_words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts, cut where they differ.

    >>> [piece.text for piece in compare_words("a red door", "a blue door")[1] if piece.changed]
    ['blue']
    """
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    if len(old) + len(new) > WORDS_MAX:
        return _whole(before), _whole(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i2 > i1:
            left.append(Piece(text="".join(old[i1:i2]), changed=tag != "equal"))
        if j2 > j1:
            right.append(Piece(text="".join(new[j1:j2]), changed=tag != "equal"))
    return tuple(left), tuple(right)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text=text, changed=True),) if text else ()


def _geometry_text(draft: Draft) -> str:
    geometry = draft.geometry
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return f"{latitude:.6f}, {longitude:.6f}"
    vertices = shapely.get_num_coordinates(shapely.from_geojson(json.dumps(geometry)))
    return _("{kind} of {count} points").format(kind=geometry["type"], count=vertices)


def _moved(before: Draft, after: Draft) -> str:
    if not before.geometry["type"] == after.geometry["type"] == "Point":
        return ""
    (lon1, lat1), (lon2, lat2) = before.geometry["coordinates"][:2], after.geometry["coordinates"][:2]
    shrink = math.cos(math.radians((lat1 + lat2) / 2))
    metres = METRES_PER_DEGREE * math.hypot((lon2 - lon1) * shrink, lat2 - lat1)
    return _("moved by {distance} m").format(distance=number_format(metres, decimal_pos=1 if metres < 10 else 0))
