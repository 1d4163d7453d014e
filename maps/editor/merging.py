"""Two people have changed the same feature: what each of them wrote, side by side, and both brought together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.base.drafting import Draft
from layers.catalog import LayerSpec, Property
from maps.editor.fields import form_properties, text_of
from maps.editor.positions import Position, position_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """`both` says that the two contradict each other."""

    title: str
    before: str
    theirs: str
    mine: str
    both: bool


@dataclass(frozen=True, kw_only=True)
class Merge:
    """`texts` and `position` have everything that either changed, mine where both did; `theirs` what that hides."""

    rows: tuple[Row, ...]
    texts: Mapping[str, str]
    theirs: Mapping[str, str]
    position: Position
    theirs_changed: bool


def texts_of(spec: LayerSpec, draft: Draft) -> dict[str, str]:
    """What stands in each field, without the spaces around and with the line ends that a browser would lose."""
    return {p.name: text_of(p, draft.value(p)).replace("\r\n", "\n").strip() for p in form_properties(spec)}


def merge(spec: LayerSpec, *, base: Draft, current: Draft, texts: Mapping[str, str], position: Position) -> Merge:
    """`texts` and `position` were written into a form that showed `base`; meanwhile `current` came."""
    before, theirs = texts_of(spec, base), texts_of(spec, current)
    mine = {name: texts.get(name, text) for name, text in before.items()}
    titles = {p.name: p for p in form_properties(spec)}
    rows = [
        _row(titles[name], before[name], theirs[name], mine[name])
        for name in before
        if before[name] != theirs[name] or before[name] != mine[name]
    ]
    where = [position_of(base.geometry), position_of(current.geometry), position]
    moved_by_them = base.geometry != current.geometry
    moved_by_me = position != where[0]
    if moved_by_them or moved_by_me:
        shown = [_shown(p) for p in where]
        both = moved_by_them and moved_by_me and where[1] != where[2]
        rows.append(Row(title=_("Position"), before=shown[0], theirs=shown[1], mine=shown[2], both=both))
    return Merge(
        rows=tuple(rows),
        texts={name: mine[name] if mine[name] != before[name] else theirs[name] for name in before},
        theirs={name: theirs[name] for name in before if len({before[name], theirs[name], mine[name]}) == 3},
        position=position if moved_by_me else where[1],
        theirs_changed=before != theirs or moved_by_them,
    )


def _row(prop: Property, before: str, theirs: str, mine: str) -> Row:
    labels = {value: str(label) for value, label in prop.choices}
    title = str(prop.title)
    return Row(
        title=title[:1].upper() + title[1:],
        before=labels.get(before, before),
        theirs=labels.get(theirs, theirs),
        mine=labels.get(mine, mine),
        both=len({before, theirs, mine}) == 3,
    )


def _shown(position: Position) -> str:
    if position.geojson:
        return position.geojson if len(position.geojson) < 200 else f"{position.geojson[:200]}…"
    return f"{position.latitude}, {position.longitude}" if position.latitude else ""
