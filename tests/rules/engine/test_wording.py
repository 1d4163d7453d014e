import pytest

from rules.engine.deciding import decide
from rules.engine.describing import limits
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.operands import FOLDING, SIGNATURES
from rules.engine.outcome import Verdict
from rules.engine.receipt import Line, read_receipt
from rules.engine.wording import Wording, merchant_copy, sentences, tree
from tests.rules.engine.programmes import AGE, SCHEMA, fact, lines, op, percent, programme, rule

FACT_NAMES = {f"fact.{one.name}": one.name for one in SCHEMA}
SENIORS = programme(
    "seniors",
    rule(percent(10_000), target=lines("bus")),
    when=op("and", op(">=", AGE, 62), op("not", op("=", fact("place"), "museum"))),
)


def said(language="en", **facts):
    wording = Wording(
        words=({**MESSAGES[language], **FACT_NAMES}).__getitem__,
        programmes={"seniors": "Free rides for seniors"},
        money=lambda cents: f"{cents / 100:.2f} EUR",
    )
    receipt = read_receipt([Line(id="1", category="bus", amount_cents=85)])
    outcome = decide([SENIORS], facts=SCHEMA.read({"trigger": "receipt"} | facts), receipt=receipt)
    return sentences(outcome.explanations, wording)


def test_it_says_what_was_granted():
    assert said(age=70, place="bus") == ["Free rides for seniors: granted 0.85 EUR."]


def test_it_says_which_condition_failed_and_with_which_value():
    assert said(age=61, place="bus") == ["Free rides for seniors: not granted: age: 61 (has to be at least 62)."]


def test_it_says_what_was_not_known():
    assert said(place="bus") == ["Free rides for seniors: not granted: not known: age."]


def test_it_says_what_ruled_it_out():
    assert said(age=70, place="museum") == [
        "Free rides for seniors: not granted: ruled out by: place: museum (has to be museum)."
    ]


@pytest.mark.parametrize(("language", "words"), [("lv", "vismaz 62"), ("lt", "bent 62")])
def test_it_says_so_in_the_citys_languages(language, words):
    assert words in said(language, age=61, place="bus")[0]


def told(*rules, language="en", facts=None, names=None, before=None, **parts):
    wording = Wording(
        words=({**MESSAGES[language], **FACT_NAMES}).__getitem__,
        programmes={"p": "Trips"},
        money=lambda cents: f"{cents / 100:.2f} EUR",
        names=names or {},
    )
    outcome = decide(
        [programme("p", *rules, **parts)],
        facts=SCHEMA.read({"trigger": "receipt"} | (facts or {})),
        receipt=read_receipt([Line(id="1", category="bus", amount_cents=85)]),
        counters=before,
    )
    return tree(outcome.explanations, wording)


def test_a_tree_shows_every_condition_with_its_value():
    near = op("<=", op("distance_m", fact("position"), {"type": "Point", "coordinates": [23.72, 56.65]}), 100)
    when = op("and", op(">=", AGE, 62), op("or", near, op("a_contains", fact("groups"), ["pupil"])))
    (only,) = told(rule(percent(10_000), when=when), facts={"age": 70}, names={"groups/pupil": "Pupils"})
    assert (only.holds, [part.text for part in only.parts]) == (False, ["all of these"])
    old, either = only.parts[0].parts
    assert (old.text, old.holds) == ("age: 70 (has to be at least 62)", True)
    assert (either.text, either.holds) == ("any of these", None)
    assert [part.text for part in either.parts] == [
        "distance in metres: – (has to be at most 100)",
        "groups: – (has to be with all of: Pupils)",
    ]


def test_money_is_shown_as_money_and_a_voucher_as_a_voucher():
    rich = rule(percent(10_000), when=op("<", fact("income"), 45_000))
    assert told(rich, facts={"income": 45_000})[0].text == (
        "Trips: not granted: income: 450.00 EUR (has to be less than 450.00 EUR)."
    )
    assert told(rule({"kind": "voucher", "cents": 200, "valid_days": 30}))[0].text == (
        "Trips: granted a voucher of 2.00 EUR."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counter_is_called_by_its_code(language):
    rides = [{"code": "rides", "counts": "units", "period": "day"}]
    second = rule(percent(10_000), when=op("=", fact("counter.rides"), 1))
    (only,) = told(second, language=language, before={("p", "rides"): 4}, counters=rides)
    assert "(rides): 4 (" in only.text


def test_a_limit_is_said_in_words():
    twice = {"code": "twice", "period": "day", "unit": "cents", "limit": 40}
    names = limits(programme("p", rule(percent(10_000)), caps=[twice]), language="en", names={})
    assert names == {"cap/p/twice": "at most €0.40 a day per person"}
    assert told(rule(percent(10_000)), names=names, caps=[twice])[0].text == (
        "Trips: granted 0.40 EUR; the limit allows no more (at most €0.40 a day per person)."
    )


def test_a_reason_without_words_of_its_own_is_named():
    wording = Wording(words=MESSAGES["en"].__getitem__, programmes={}, money=str)
    assert wording.withheld("budget-exhausted") == "the programme's budget is used up"
    assert wording.withheld("suspended-2021") == "it is not in use at present (suspended-2021)"


def test_every_language_has_every_sentence():
    needed = {f"verdict.{verdict}" for verdict in Verdict}
    needed |= {f"operation.{name}" for name in SIGNATURES.keys() - FOLDING - {"and", "or", "not", "distance_m"}}
    for language in LANGUAGES:
        assert needed <= MESSAGES[language].keys()
        assert all(MESSAGES[language].values())


def test_the_merchants_copy_holds_an_amount_and_a_code_only():
    receipt = read_receipt([Line(id="1", category="bus", amount_cents=85)])
    outcome = decide([SENIORS], facts=SCHEMA.read({"trigger": "receipt", "age": 70, "place": "bus"}), receipt=receipt)
    copy = merchant_copy(outcome.cents_by_line(), code="7KQ2M9")
    assert "seniors" not in repr(copy)
    assert (copy.code, copy.discount_cents, dict(copy.discount_cents_by_line)) == ("7KQ2M9", 85, {"1": 85})
