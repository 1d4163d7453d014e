"""The states of a report and the one table of moves between them."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    REJECTED = "rejected", _("Rejected")


MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.RECEIVED: frozenset({State.ACCEPTED, State.REJECTED}),
        State.ACCEPTED: frozenset({State.IN_PROGRESS, State.DONE, State.REJECTED}),
        State.IN_PROGRESS: frozenset({State.ACCEPTED, State.DONE}),
        State.DONE: frozenset({State.IN_PROGRESS}),  # it broke again
        State.REJECTED: frozenset({State.ACCEPTED}),  # the rejection was a mistake
    }
)


def may_move(state: str, to: str) -> bool:
    """
    >>> may_move("received", "accepted"), may_move("received", "done"), may_move("lost", "done")
    (True, False, False)
    """
    return to in MOVES.get(State(state), frozenset()) if state in State.values else False
