import pytest

from rules.benefits import versions
from rules.benefits.models import Budget
from tests.people import a_user
from tests.rules.benefits.programmes import FIRST_DAY, a_programme, definition, put_in_force

ACT = "/programmes/trips/versions/1/act/"
HALF = {"kind": "percent", "basis_points": 5_000}
RIDE = {
    "name": "A ride",
    "facts": {"trigger": "receipt"},
    "lines": [{"id": "1", "category": "bus-ticket", "amount_cents": 85}],
}


@pytest.fixture
def draft(clerk):
    # Half of 85 cents is 42.5, rounded half up: 43.
    example = RIDE | {"discounts": {"1": 43}}
    return versions.draft(
        a_programme(), definition=definition(HALF), first_day=FIRST_DAY, examples=[example], author=clerk
    )


def test_a_version_goes_from_its_author_to_a_colleague(at_desk, draft, colleague):
    at_desk.post(ACT, {"act": "submit"})
    assert at_desk.post(ACT, {"act": "approve"}).status_code == 403
    at_desk.force_login(colleague)
    assert at_desk.post(ACT, {"act": "approve"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.approver) == ("active", colleague)


def test_a_failing_example_is_shown_with_what_comes_out(at_desk, draft, clerk):
    versions.revise(draft.pk, author=clerk, examples=[RIDE | {"discounts": {"1": 42}}])
    answer = at_desk.post(ACT, {"act": "submit"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "A ride: 42 ≠ 43" in page
    assert "€0.42 off were expected, €0.43 come out" in page


def test_a_programme_without_its_act_is_not_submitted(at_desk, draft):
    draft.programme.legal_number = ""
    draft.programme.save()
    answer = at_desk.post(ACT, {"act": "submit"})
    assert "needs its legal act" in answer.content.decode()


def test_conflicts_have_to_be_seen(at_desk, draft, colleague):
    put_in_force(a_programme("other"))
    at_desk.post(ACT, {"act": "submit"})
    at_desk.force_login(colleague)
    shown = at_desk.get("/programmes/trips/versions/1/").context["conflicts"]
    assert [name for name, _conflict in shown] == ["other/only trips/only"]
    assert "conflicts" in at_desk.post(ACT, {"act": "approve"}).content.decode()
    at_desk.post(ACT, {"act": "approve", "seen": [name for name, _conflict in shown]})
    draft.refresh_from_db()
    assert draft.state == "active"


def test_two_versions_are_compared_in_words(at_desk, draft, clerk):
    versions.draft(draft.programme, definition=definition(), first_day=FIRST_DAY, author=clerk)
    changes = at_desk.get("/programmes/trips/differences/").context["changes"]
    changed = [(one.before, one.after) for one in changes if one.is_change]
    assert len(changed) == 1
    assert "50" in changed[0][0]
    assert "free" in changed[0][1]


def test_a_budget_is_set_and_raised(at_desk, draft):
    sent = {"first_day": "2026-01-01", "last_day": "2026-12-31", "limit": "1 000,50"}
    at_desk.post("/programmes/trips/budget/", sent)
    assert Budget.objects.get().limit_cents == 100_050
    at_desk.post("/programmes/trips/budget/", sent | {"limit": "2000"})
    assert Budget.objects.get().limit_cents == 200_000
    overlapping = at_desk.post("/programmes/trips/budget/", sent | {"first_day": "2026-06-01"})
    assert "Another budget" in overlapping.content.decode()
    assert at_desk.post("/programmes/trips/budget/", sent | {"limit": "much"}).status_code == 422


def test_the_bench_shows_what_comes_out_and_keeps_it(at_desk, draft):
    bench = "/programmes/trips/versions/1/bench/"
    sent = {"trigger": "receipt", "day": "2026-09-01", "time": "09:00", "lines.0.row": "kept"}
    sent |= {"lines.0.category": "bus-ticket", "lines.0.quantity": "1", "lines.0.amount": "1,25"}
    found = at_desk.post(bench, sent | {"act": "try"}).context["found"]
    # Half of 125 cents is 62.5, rounded half up: 63.
    assert [(line.discount, line.to_pay) for line in found.lines] == [("€0.63", "€0.62")]
    at_desk.post(bench, sent | {"act": "keep", "name": "Half of 1.25", "lines.0.discount": "0,63"})
    draft.refresh_from_db()
    assert draft.examples[-1]["discounts"] == {"1": 63}
    assert "What the example shows" in at_desk.post(bench, sent | {"act": "keep"}).content.decode()
    at_desk.post(bench, {"act": "drop:1"})
    draft.refresh_from_db()
    assert len(draft.examples) == 1


def test_the_list_finds_sorts_and_says_when_there_is_nothing(at_desk, draft):
    put_in_force(a_programme("museum", funder="region"), first_day=FIRST_DAY)
    names = lambda query: [line.name for line in at_desk.get(f"/programmes/{query}").context["lines"]]  # noqa: E731
    assert names("") == ["Museum", "Trips"]
    assert names("?sort=-code") == ["Trips", "Museum"]
    assert names("?standing=in-force") == ["Museum"]
    assert names("?standing=draft") == ["Trips"]
    assert names("?funder=region&q=binding") == ["Museum"]
    assert "No programme fits" in at_desk.get("/programmes/?q=%00nothing").content.decode()


def test_a_stranger_sees_an_empty_list_as_an_invitation(at_desk):
    at_desk.force_login(a_user("clerk", is_staff=True))
    assert "There is no programme yet" in at_desk.get("/programmes/").content.decode()
