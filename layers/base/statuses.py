"""The way of a feature from draft to archive: one table of allowed moves, for everybody who edits by hand."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from gis_platform.core.errors import Conflict
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


def require_move(spec: LayerSpec, *, before: str, to: str) -> None:
    """Raises MoveNotAllowed, also for a status that would stay as it is."""
    if to in allowed_moves(spec, before):
        return
    titles = dict(Status.choices)
    raise MoveNotAllowed(
        _("From “{status}” there is no way to “{to}”.").format(status=titles.get(before, before), to=titles.get(to, to))
    )
