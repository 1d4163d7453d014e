"""What came back with a feature's form, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from gis_platform.core.cql2.expressions import Expression
from layers.base.drafting import Draft
from layers.base.editing import Stored, create_feature, update_feature
from layers.base.models import Change, Status
from layers.base.statuses import has_status
from layers.catalog import LayerSpec
from maps.editor.fields import form_properties, value_of
from maps.editor.merging import texts_of
from maps.editor.positions import Position, geometry_of, position_of, required_geometry, submitted_position

REASON_LENGTH_MAX = Change._meta.get_field("reason").max_length or 0


@dataclass(frozen=True, kw_only=True)
class Submission:
    """`version` is the one that the form showed, 0 for a new feature."""

    version: int
    texts: Mapping[str, str]
    position: Position
    reason: str


def submission(spec: LayerSpec, data: QueryDict) -> Submission:
    """A property whose field did not come back counts as left alone."""
    names = [p.name for p in form_properties(spec) if p.name in data]
    return Submission(
        version=whole_number(data.get("version", "")),
        texts={name: str(data[name]).replace("\r\n", "\n").strip() for name in names},
        position=submitted_position({name: str(text) for name, text in data.items()}),
        reason=reason_of(data),
    )


def reason_of(data: QueryDict) -> str:
    return " ".join(data.get("reason", "").split())[:REASON_LENGTH_MAX]


def whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def add(spec: LayerSpec, sent: Submission, *, actor: str, within: Expression | None = None) -> Stored:
    """A new feature, as a draft where the layer has drafts; raises InvalidInput or FeatureConflict."""
    geometry = required_geometry(sent.position)
    values = {p.name: value_of(p, sent.texts[p.name]) for p in form_properties(spec) if p.name in sent.texts}
    if has_status(spec):
        values["status"] = Status.DRAFT.value
    return create_feature(spec, properties=values, geometry=geometry, actor=actor, reason=sent.reason, within=within)


def save(
    spec: LayerSpec, sent: Submission, *, base: Draft, version: int, actor: str, within: Expression | None = None
) -> Stored:
    """Stores what differs from `base`, the state that the form showed, on top of `version`.

    Raises InvalidInput, FeatureConflict, StaleVersion or FeatureNotFound.
    """
    before = texts_of(spec, base)
    changed = {
        p.name: value_of(p, sent.texts[p.name])
        for p in form_properties(spec)
        if p.name in sent.texts and sent.texts[p.name] != before[p.name]
    }
    geometry = geometry_of(sent.position, before=position_of(base.geometry))
    return update_feature(
        spec,
        base.id,
        properties=changed,
        geometry=geometry,
        version=version,
        actor=actor,
        reason=sent.reason,
        within=within,
    )
