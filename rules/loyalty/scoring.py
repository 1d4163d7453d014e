"""How far a check-in is believed. Pure: evidence in, score and reasons out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCORE_FULL = 100
ACCEPTED_FROM = 70
STRONGER_PROOF_FROM = 30

REPEAT_WINDOW = timedelta(hours=1)
AGE_MAX = timedelta(minutes=2)  # of a position; also how far a phone's clock may be ahead
ACCURACY_COUNTED_M_MAX = 100.0  # a phone that claims to know nothing must not thereby be everywhere
ACCURACY_USELESS_M = 500.0
COPIED_BEYOND_M = 1000.0  # nobody misses a place by more: the label is read somewhere else than it hangs
PHONE_WINDOW = timedelta(minutes=10)
PHONE_OTHERS_MAX = 2  # a parent's phone with two children's cards
SPEED_M_S_MAX = 42.0  # 150 km/h: faster than any train or car gets between two places of a city
CELLS_SLACK_M = 400.0  # two H3 cells of resolution 9, each known to about its edge of 200 m (h3geo.org, table of cells)


class Reason(StrEnum):
    """Why a score is below full. The values are stored and shown, and never change."""

    ALREADY_HERE = "already-here"
    TOO_FAR = "too-far"
    LABEL_COPIED = "label-copied"
    NO_POSITION = "no-position"
    POSITION_IMPRECISE = "position-imprecise"
    POSITION_OLD = "position-old"
    IMPOSSIBLE_SPEED = "impossible-speed"
    PHONE_SHARED = "phone-shared"


class Decision(StrEnum):
    ACCEPTED = "accepted"
    NEEDS_STRONGER_PROOF = "needs-stronger-proof"
    REFUSED = "refused"


# Each says what would raise the score.
ADVICE: dict[Reason, Promise] = {
    Reason.ALREADY_HERE: _("You have checked in here within the last hour; come back later."),
    Reason.TOO_FAR: _("Your position is not at this place; scan the label that is fixed there."),
    Reason.LABEL_COPIED: _(
        "You are far from the place of this label, so it may be a copy; scan the label at the place."
    ),
    Reason.NO_POSITION: _("Allow the app to use your position and scan again, or show your card at the desk."),
    Reason.POSITION_IMPRECISE: _("Your position is not exact; step outside or to a window and scan again."),
    Reason.POSITION_OLD: _("Your position is out of date; refresh it, check your phone's clock and scan again."),
    Reason.IMPOSSIBLE_SPEED: _("You were somewhere else a moment ago; show your card at the desk."),
    Reason.PHONE_SHARED: _("Several people have just checked in with this phone; show your own card at the desk."),
}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known at a check-in with a good label. None stands for "not known" or "not yet"."""

    visit_radius_m: float
    distance_m: float | None = None  # between position and place
    accuracy_m: float | None = None
    position_age: timedelta | None = None
    moved_m: float | None = None  # between the H3 cells of this check-in and the last accepted one
    since_last: timedelta | None = None
    since_last_here: timedelta | None = None
    others_on_phone: int = 0  # people who have checked in with the same phone within PHONE_WINDOW


@dataclass(frozen=True, kw_only=True)
class Assessment:
    score: int
    decision: Decision
    reasons: tuple[Reason, ...]


def assess(evidence: Evidence) -> Assessment:
    """The score from 0 to 100, what follows from it, and every reason that lowered it.

    >>> at_the_door = Evidence(visit_radius_m=60, distance_m=20, accuracy_m=10, position_age=timedelta(seconds=3))
    >>> assess(at_the_door)
    Assessment(score=100, decision=<Decision.ACCEPTED: 'accepted'>, reasons=())
    >>> assess(Evidence(visit_radius_m=60)).decision
    <Decision.NEEDS_STRONGER_PROOF: 'needs-stronger-proof'>
    """
    penalties = _penalties(evidence)
    score = max(0, SCORE_FULL - sum(penalties.values()))
    return Assessment(score=score, decision=_decision(score), reasons=tuple(penalties))


def _decision(score: int) -> Decision:
    if score >= ACCEPTED_FROM:
        return Decision.ACCEPTED
    return Decision.NEEDS_STRONGER_PROOF if score >= STRONGER_PROOF_FROM else Decision.REFUSED


def _penalties(evidence: Evidence) -> dict[Reason, int]:
    beyond_m = _beyond_m(evidence)
    penalties = {
        Reason.ALREADY_HERE: _repeat(evidence),
        Reason.TOO_FAR: _distance(beyond_m) if beyond_m <= COPIED_BEYOND_M else 0,
        Reason.LABEL_COPIED: SCORE_FULL if beyond_m > COPIED_BEYOND_M else 0,
        Reason.NO_POSITION: 50 if evidence.distance_m is None else 0,
        Reason.POSITION_IMPRECISE: _accuracy(evidence),
        Reason.POSITION_OLD: _age(evidence),
        Reason.IMPOSSIBLE_SPEED: _speed(evidence),
        Reason.PHONE_SHARED: 50 if evidence.others_on_phone > PHONE_OTHERS_MAX else 0,
    }
    return {reason: penalty for reason, penalty in penalties.items() if penalty}


def _repeat(evidence: Evidence) -> int:
    repeated = evidence.since_last_here is not None and abs(evidence.since_last_here) < REPEAT_WINDOW
    return SCORE_FULL if repeated else 0


def _beyond_m(evidence: Evidence) -> float:
    """How far outside of the place the phone is at least, as exactly as it knows."""
    if evidence.distance_m is None:
        return 0.0
    return evidence.distance_m - evidence.visit_radius_m - min(evidence.accuracy_m or 0.0, ACCURACY_COUNTED_M_MAX)


def _distance(beyond_m: float) -> int:
    """From 40 for a step beyond the radius up to the full score, 600 m beyond it."""
    return min(SCORE_FULL, 40 + int(beyond_m / 10)) if beyond_m > 0 else 0


def _accuracy(evidence: Evidence) -> int:
    if evidence.accuracy_m is None or evidence.accuracy_m <= ACCURACY_COUNTED_M_MAX:
        return 0
    return 50 if evidence.accuracy_m > ACCURACY_USELESS_M else 20


def _age(evidence: Evidence) -> int:
    return 40 if evidence.position_age is not None and abs(evidence.position_age) > AGE_MAX else 0


def _speed(evidence: Evidence) -> int:
    if evidence.moved_m is None or evidence.since_last is None:
        return 0
    seconds = max(abs(evidence.since_last.total_seconds()), 1.0)  # a reader may send an earlier visit late
    return 60 if (evidence.moved_m - CELLS_SLACK_M) / seconds > SPEED_M_S_MAX else 0
