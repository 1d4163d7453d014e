import pytest

from rules.engine.deciding import decide
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.operands import FOLDING, SIGNATURES
from rules.engine.outcome import Verdict
from rules.engine.receipt import Line, read_receipt
from rules.engine.wording import Wording, merchant_copy, sentences
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
