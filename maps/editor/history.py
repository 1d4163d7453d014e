"""A feature's versions as the editor shows them: who, when, why, and what was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from gis_platform.core.languages import active_language
from layers.base.drafting import draft_of
from layers.base.models import Change
from layers.catalog import LayerSpec
from maps.editor.differences import changed_titles
from maps.editor.people import names_of

VERSIONS_MAX = 500  # shown of one feature; the older ones stay in the database


@dataclass(frozen=True, kw_only=True)
class Version:
    """`changed` are the titles of the properties that differ from the version before."""

    change: Change
    actor: str
    changed: tuple[str, ...]


def recent(spec: LayerSpec, feature_id: int, *, limit: int = VERSIONS_MAX) -> list[Version]:
    """The feature's latest versions, newest first; empty for one that never was."""
    found = list(Change.objects.filter(layer=spec.id, feature_id=feature_id).order_by("-version")[: limit + 1])
    names = names_of(change.actor for change in found)
    drafts = [draft_of(change) for change in found]
    return [
        Version(
            change=change,
            actor=names[change.actor],
            changed=tuple(changed_titles(spec, drafts[place + 1], drafts[place])) if place + 1 < len(found) else (),
        )
        for place, change in enumerate(found[:limit])
    ]


def feature_label(spec: LayerSpec, state: Mapping[str, Any]) -> str:
    """What a feature is called in a state of its history."""
    if spec.named:
        language = active_language()
        keys = [f"name_{code}" for code in dict.fromkeys([language, *settings.CITY.languages])]
    else:
        prop = spec.property(spec.label)
        keys = [prop.column] if prop else ["identifier", "code", "source_ref"]
    return next((str(text) for key in keys if (text := state.get(key))), "")
