"""The way of a feature from draft to archive: one table of allowed moves, for everybody who edits by hand."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from gis_platform.core.errors import Conflict
from layers.base.drafting import draft
from layers.base.editing import Stored, update_feature
from layers.base.models import Status
from layers.catalog import LayerSpec

MOVES: Mapping[str, tuple[Status, ...]] = {
    Status.DRAFT: (Status.REVIEW, Status.ARCHIVED),
    Status.REVIEW: (Status.PUBLISHED, Status.DRAFT),
    Status.PUBLISHED: (Status.DRAFT, Status.ARCHIVED),
    Status.ARCHIVED: (Status.DRAFT,),
}


class MoveNotAllowed(Conflict):
    code = "status-move-not-allowed"


def has_status(spec: LayerSpec) -> bool:
    """Whether the layer's features can wait as drafts. Those of a layer from a file are published as they are."""
    return spec.property("status") is not None


def allowed_moves(spec: LayerSpec, status: str) -> tuple[Status, ...]:
    return MOVES.get(status, ()) if spec.writable and has_status(spec) else ()


def move_status(spec: LayerSpec, feature_id: int, *, to: str, version: int, actor: str, reason: str = "") -> Stored:
    """Moves the given version to another status; raises MoveNotAllowed, StaleVersion or FeatureNotFound."""
    status = draft(spec, feature_id).status
    if to not in allowed_moves(spec, status):
        raise MoveNotAllowed(
            _("From “{status}” there is no way to “{to}”.").format(
                status=dict(Status.choices).get(status, status), to=dict(Status.choices).get(to, to)
            )
        )
    # Whoever changed the status since it was read has changed the version too.
    return update_feature(spec, feature_id, properties={"status": to}, version=version, actor=actor, reason=reason)
