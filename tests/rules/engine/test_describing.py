"""Definitions in words. The names are given here as a city would write them."""

import pytest

from rules.benefits.vocabulary import NAMES, SCHEMA
from rules.engine.definition import read_definition
from rules.engine.describing import describe
from rules.engine.messages import LANGUAGES
from rules.engine.operands import FOLDING, SIGNATURES
from rules.engine.speech import Speech
from rules.engine.targets import LINE_SCHEMA
from tests.rules.engine.programmes import amount, definition, fact, lines, op, percent, rule

CITY = {
    "resident.groups/pupil": "pupils of city schools",
    "resident.groups/student": "students",
    "category/ride": "bus ticket",
    "category/adult": "adult's ticket",
    "category/child": "child's ticket",
    "feature/district/c": "the centre",
    "resident.district/c": "the centre",
    "funder/county": "Jelgava county",
}
CENTRE = {"district/c": {"type": "Point", "coordinates": [23.72, 56.65]}}
FREE, HALF = percent(10_000), percent(5_000)
PUPILS = op("a_contains", fact("resident.groups"), ["pupil"])


def said(*rules, language="en", names=CITY, **parts):
    programme = read_definition("p", definition(*rules, **parts), SCHEMA, features=CENTRE)
    place = LANGUAGES.index(language)
    facts = {f"fact.{name}": texts[place] for name, texts in NAMES.items()}
    return describe(programme, language=language, names=facts | names)


def cap(**parts):
    return {"code": "cap", "period": "day", "unit": "units", "limit": 4} | parts


def ride(effect=FREE, **parts):
    return rule(effect, target=lines("ride"), **parts)


@pytest.mark.parametrize(
    ("language", "names", "sentence"),
    [
        ("en", CITY, "Pupils of city schools: bus ticket – free, at most 4 a day per person."),
        (
            "lv",
            {"resident.groups/pupil": "pilsētas skolu skolēni", "category/ride": "autobusa biļete"},
            "Pilsētas skolu skolēni: autobusa biļete – bez maksas, ne vairāk kā 4 dienā vienam cilvēkam.",
        ),
        (
            "lt",
            {"resident.groups/pupil": "miesto mokyklų mokiniai", "category/ride": "autobuso bilietas"},
            "Miesto mokyklų mokiniai: autobuso bilietas – nemokamai, ne daugiau kaip 4 per dieną vienam žmogui.",
        ),
    ],
)
def test_a_programme_is_said_in_each_language(language, names, sentence):
    assert said(ride(when=PUPILS), language=language, names=names, caps=[cap()]) == [sentence]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (op(">=", fact("resident.age"), 65), "Aged 65 or over: bus ticket – free."),
        (op("<=", 65, fact("resident.age")), "Aged 65 or over: bus ticket – free."),
        (op("between", fact("resident.age"), 7, 18), "Aged 7–18: bus ticket – free."),
        (
            op("and", PUPILS, op("<", fact("resident.age"), 7)),
            "Pupils of city schools, aged under 7: bus ticket – free.",
        ),
        (
            op("a_overlaps", fact("resident.groups"), ["pupil", "student"]),
            "Pupils of city schools or students: bus ticket – free.",
        ),
        (
            op("a_contains", fact("resident.groups"), ["pupil", "student"]),
            "At once pupils of city schools and students: bus ticket – free.",
        ),
        (
            op("a_contains", fact("escort.groups"), ["pupil"]),
            "Those who accompany (pupils of city schools): bus ticket – free.",
        ),
        (op("<=", fact("weekday"), 5), "All residents: bus ticket – free, on weekdays."),
        (op("in", fact("weekday"), [3, 5]), "All residents: bus ticket – free, on Wednesdays and Fridays."),
        (op(">", fact("weekday"), 5), "All residents: bus ticket – free, at weekends."),
        (op("between", fact("month"), 6, 8), "All residents: bus ticket – free, in June, July and August."),
        (op("between", fact("time"), 540, 899), "All residents: bus ticket – free, 9:00–14:59."),
        (
            op("or", op("<", fact("time"), 420), op(">=", fact("time"), 1_080)),
            "All residents: bus ticket – free, before 7:00 or from 18:00.",
        ),
        (op("=", fact("holiday"), True), "All residents: bus ticket – free, on public holidays."),
        (op("not", op("=", fact("holiday"), True)), "All residents: bus ticket – free, except on public holidays."),
        (op("=", fact("resident.birthday"), True), "All residents: bus ticket – free, on the birthday."),
        (
            op("t_intersects", fact("day"), {"interval": ["2026-09-01", "2027-05-31"]}),
            "All residents: bus ticket – free, from 2026-09-01 until 2027-05-31.",
        ),
        (op("=", fact("resident.district"), "c"), "All residents (home district: the centre): bus ticket – free."),
        (
            op("s_within", fact("place.position"), {"feature": "district/c"}),
            "All residents: bus ticket – free, position of the place: in the centre.",
        ),
        (
            op("<=", op("distance_m", fact("place.position"), {"feature": "district/c"}), 150),
            "All residents: bus ticket – free, distance to the centre: at most 150 m.",
        ),
        (
            op(">=", fact("receipt.total"), 1_000),
            "All residents: bus ticket – free, total of the receipt: at least €10.00.",
        ),
        (op("isNull", fact("place.code")), "All residents: bus ticket – free, code of the place: not known."),
        (
            op("and", PUPILS, op("=", fact("resident.district"), "c"), op(">=", fact("household.size"), 3)),
            "Pupils of city schools (home district: the centre; people in the household: at least 3)"
            ": bus ticket – free.",
        ),
        (op("not", PUPILS), "All residents (except: pupils of city schools): bus ticket – free."),
    ],
)
def test_conditions_are_said(when, words):
    assert said(ride(when=when)) == [words]


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (HALF, "50 % off"),
        (percent(1_250) | {"cents_max": 500}, "12.5 % off, at most €5.00"),
        (FREE | {"cents_max": 350}, "free up to €3.50"),
        (HALF | {"rounding": {"step_cents": 5, "of": "unit-price"}}, "50 % off, rounded to €0.05"),
        (amount(100) | {"per": "unit"}, "€1.00 off each"),
        ({"kind": "fixed-price", "cents": 85}, "for €0.85"),
        ({"kind": "free-quantity", "bought": 2, "free": 1}, "of every 3, 1 free"),
        (
            {"kind": "free-quantity", "bought": 10, "free": 1, "counter": "rides"},
            "of every 11, 1 free, earlier purchases counted",
        ),
        ({"kind": "bundle", "units": 5, "cents": 1_000}, "every 5 together for €10.00"),
        ({"kind": "tariff", "tariff": "t"}, "by tariff: bus ticket €0.85"),
        ({"kind": "pay-at-most", "counter": "day", "cents": 345}, "at most €3.45 to pay a day"),
        ({"kind": "points", "points": 1}, "1 point"),
        ({"kind": "points", "points": 2, "per": "euro"}, "2 points for each euro paid"),
        (
            {"kind": "voucher", "cents": 200, "valid_days": 30, "categories": ["ride"]},
            "a voucher of €2.00, valid for 30 days (for: bus ticket)",
        ),
    ],
)
def test_effects_are_said(effect, words):
    counters = [
        {"code": "rides", "counts": "units", "period": "always"},
        {"code": "day", "counts": "paid-cents", "period": "day"},
    ]
    tariffs = [{"code": "t", "prices": {"ride": 85}}]
    assert said(ride(effect), counters=counters, tariffs=tariffs) == [f"All residents: bus ticket – {words}."]


def test_a_family_ticket_and_a_transfer_are_said():
    family = {
        "kind": "set",
        "parts": [{"categories": ["adult"], "units_max": 2}, {"categories": ["child"], "units_min": 0, "units_max": 4}],
    }
    assert said(rule({"kind": "bundle", "cents": 500}, target=family)) == [
        "All residents: 1 to 2 × adult's ticket + 0 to 4 × child's ticket – together for €5.00."
    ]
    rides = [{"code": "rides", "counts": "units", "period": {"minutes": 60}}]
    assert said(ride(when=op("=", fact("counter.rides"), 1)), counters=rides) == [
        "All residents: bus ticket – free, bought before within 60 minutes: 1."
    ]


def test_several_rules_share_their_limits_and_funders_are_named():
    sentences = said(
        ride(id="a", when=PUPILS),
        ride(HALF, id="b"),
        caps=[cap(), cap(code="all", per="programme", period="month", unit="cents", limit=100_000)],
        funders=[{"when": op("=", fact("resident.district"), "c"), "funder": "county"}, {"funder": "county"}],
    )
    assert sentences == [
        "Pupils of city schools: bus ticket – free.",
        "All residents: bus ticket – 50 % off.",
        "Limits: at most 4 a day per person; at most €1,000.00 a month for everybody together.",
        "Paid by Jelgava county where: home district: the centre.",
        "Paid by Jelgava county.",
    ]


def test_a_target_is_said_with_its_units_and_what_it_asks_of_a_line():
    target = lines("ride") | {"units_min": 2, "units_max": 1, "when": op(">=", fact("line.unit_price"), 100)}
    assert said(rule(FREE, target=target)) == [
        "All residents: bus ticket, price of a unit: at least €1.00 (from 2 units on) (the cheapest, at most 1) – free."
    ]
    article = {"kind": "lines", "gtins": ["73513537"]}
    assert said(rule(FREE, target=article)) == ["All residents: article 73513537 – free."]
    assert said(rule(FREE)) == ["All residents: the whole purchase – free."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_of_a_line_has_a_name(language):
    speech = Speech(language, {})
    assert all(speech.fact(one.name) != one.name for one in LINE_SCHEMA)


def test_an_event_is_said_where_nothing_is_bought():
    points = rule({"kind": "points", "points": 50})
    once = cap(unit="grants", limit=1)
    assert said(points, triggers=["check-in"], caps=[once]) == [
        "All residents: 50 points, for a check-in, at most once a day per person."
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_operation_is_left_without_words(language):
    point, day = fact("place.position"), {"date": "2026-09-01"}
    operands = {
        "like": (fact("place.code"), "a%"),
        "isNull": (fact("place.code"),),
        "between": (fact("receipt.units"), 1, 2),
        "in": (fact("receipt.units"), [1, 2]),
        "and": (PUPILS, PUPILS),
        "or": (PUPILS, PUPILS),
        "not": (PUPILS,),
        "distance_m": None,
        **dict.fromkeys(("s_intersects", "s_within", "s_contains", "s_disjoint"), (point, CENTRE["district/c"])),
        **dict.fromkeys(("t_after", "t_before"), (fact("day"), day)),
        **dict.fromkeys(("t_during", "t_intersects"), (fact("day"), {"interval": ["2026-09-01", ".."]})),
        **dict.fromkeys(("a_contains", "a_overlaps"), (fact("zones"), ["a", "b"])),
    }
    for name in SIGNATURES.keys() - FOLDING - {"distance_m"}:
        when = op(name, *(operands.get(name) or (fact("receipt.units"), 1)))
        (sentence,) = said(ride(when=when), language=language)
        assert "{" not in sentence
        assert len(sentence) > 30
