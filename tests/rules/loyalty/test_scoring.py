"""Each piece of evidence alone, at its edge; the numbers are the constants of the rule, shown in the cases."""

import doctest
from datetime import timedelta

import pytest

from rules.loyalty import scoring
from rules.loyalty.scoring import ADVICE, Decision, Evidence, Reason, assess


def evidence(**changes) -> Evidence:
    """A perfect visit: 10 m from the place, known to 10 m, 3 s ago."""
    perfect = {
        "visit_radius_m": 60,
        "distance_m": 10.0,
        "accuracy_m": 10.0,
        "position_age": timedelta(seconds=3),
    }
    return Evidence(**perfect | changes)


def test_the_doctests_hold():
    assert doctest.testmod(scoring).failed == 0


def test_a_perfect_visit_has_the_full_score():
    assessment = assess(evidence())
    assert (assessment.score, assessment.decision, assessment.reasons) == (100, Decision.ACCEPTED, ())


@pytest.mark.parametrize(
    ("changes", "score", "decision", "reason"),
    [
        # radius 60 m + accuracy 10 m = 70 m of reach
        ({"distance_m": 70.0}, 100, Decision.ACCEPTED, None),
        ({"distance_m": 70.1}, 60, Decision.NEEDS_STRONGER_PROOF, Reason.TOO_FAR),  # 100 - 40 - 0
        ({"distance_m": 370.1}, 30, Decision.NEEDS_STRONGER_PROOF, Reason.TOO_FAR),  # 100 - 40 - 30
        ({"distance_m": 380.1}, 29, Decision.REFUSED, Reason.TOO_FAR),  # 100 - 40 - 31
        ({"distance_m": 1_070.0}, 0, Decision.REFUSED, Reason.TOO_FAR),  # 1 km beyond 60 + 10
        ({"distance_m": 1_070.1}, 0, Decision.REFUSED, Reason.LABEL_COPIED),
        ({"distance_m": 5_000.0}, 0, Decision.REFUSED, Reason.LABEL_COPIED),
        ({"others_on_phone": 2}, 100, Decision.ACCEPTED, None),
        ({"others_on_phone": 3}, 50, Decision.NEEDS_STRONGER_PROOF, Reason.PHONE_SHARED),
        # accuracy widens the reach by 100 m at most: 60 + 100 = 160 m
        ({"distance_m": 160.0, "accuracy_m": 100.0}, 100, Decision.ACCEPTED, None),
        ({"accuracy_m": 100.1}, 80, Decision.ACCEPTED, Reason.POSITION_IMPRECISE),  # 100 - 20
        ({"accuracy_m": 500.1}, 50, Decision.NEEDS_STRONGER_PROOF, Reason.POSITION_IMPRECISE),  # 100 - 50
        ({"position_age": timedelta(seconds=120)}, 100, Decision.ACCEPTED, None),
        ({"position_age": timedelta(seconds=121)}, 60, Decision.NEEDS_STRONGER_PROOF, Reason.POSITION_OLD),  # 100 - 40
        ({"position_age": timedelta(seconds=-121)}, 60, Decision.NEEDS_STRONGER_PROOF, Reason.POSITION_OLD),
        # 400 m of slack + 100 s * 42 m/s = 4,600 m
        ({"moved_m": 4_600.0, "since_last": timedelta(seconds=100)}, 100, Decision.ACCEPTED, None),
        (
            {"moved_m": 4_601.0, "since_last": timedelta(seconds=100)},
            40,
            Decision.NEEDS_STRONGER_PROOF,
            Reason.IMPOSSIBLE_SPEED,
        ),
        ({"moved_m": 300.0, "since_last": timedelta(0)}, 100, Decision.ACCEPTED, None),
        ({"since_last_here": timedelta(hours=1)}, 100, Decision.ACCEPTED, None),
        ({"since_last_here": timedelta(minutes=59, seconds=59)}, 0, Decision.REFUSED, Reason.ALREADY_HERE),
        (
            {"distance_m": None, "accuracy_m": None, "position_age": None},
            50,
            Decision.NEEDS_STRONGER_PROOF,
            Reason.NO_POSITION,
        ),
    ],
)
def test_each_piece_of_evidence_counts_from_its_edge_on(changes, score, decision, reason):
    assessment = assess(evidence(**changes))
    assert (assessment.score, assessment.decision) == (score, decision)
    assert assessment.reasons == ((reason,) if reason else ())


def test_a_phone_that_claims_to_know_nothing_is_not_everywhere():
    assert assess(evidence(distance_m=5_000.0, accuracy_m=100_000.0)).decision == Decision.REFUSED


def test_reasons_add_up_and_are_all_named():
    assessment = assess(evidence(accuracy_m=200.0, position_age=timedelta(minutes=5)))
    assert assessment.score == 40  # 100 - 20 - 40
    assert assessment.reasons == (Reason.POSITION_IMPRECISE, Reason.POSITION_OLD)


def test_every_reason_says_what_would_raise_the_score():
    assert set(ADVICE) == set(Reason)
