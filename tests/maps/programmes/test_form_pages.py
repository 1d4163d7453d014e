import pytest

from gis_platform.core.models import AuditEntry
from rules.benefits.models import Programme, ProgrammeVersion

from .forms import PROGRAMME, rule

NEW = "/programmes/_new/"


def test_a_programme_is_entered_and_stands_as_a_draft(at_desk, clerk):
    sent = PROGRAMME | rule(**{"when__age_from": "65", "effect__basis_points": "33,33"})
    answer = at_desk.post(NEW, sent | {"act": "save"})
    version = ProgrammeVersion.objects.get()
    assert answer.url == "/programmes/fares/versions/1/"
    assert (version.author, version.state) == (clerk, "draft")
    assert version.definition["rules"][0]["effect"] == {"kind": "percent", "basis_points": 3333}
    assert version.definition["rules"][0]["when"] == {"op": ">=", "args": [{"property": "resident.age"}, 65]}
    acts = set(AuditEntry.objects.filter(subject="programme:fares").values_list("action", flat=True))
    assert acts == {"benefits.programme-created", "benefits.version-drafted"}


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"rules.0.effect.basis_points": "half"}, "rules.0.effect.basis_points", "Write per cent"),
        ({"rules.0.effect.basis_points": "101"}, "rules.0.effect.basis_points", "Between 0,01 and 100"),
        ({"rules.0.id": "Half price"}, "rules.0.id", "is no code"),
        ({"rules.0.effect.kind": "amount", "rules.0.effect.cents": "1,505"}, "rules.0.effect.cents", "amount in euros"),
        ({"rules.0.target.gtins": "123"}, "rules.0.target.gtins", "GTIN"),
        ({"rules.0.when.further": "resident.age >"}, "rules.0.when.further", "cannot be read"),
        ({"rules.0.when.further": "shoe.size > 40"}, "rules.0.when.further", "there is no fact"),
        ({"when.week.0.row": "kept", "when.week.0.from": "25:00"}, "when.week.0.from", "such as 09:30"),
        ({"rules.0.effect.kind": "tariff", "rules.0.effect.tariff": "night"}, "rules.0.effect.tariff", "no tariff"),
        ({"last_day": "2025-12-31"}, "last_day", "before the first"),
        ({"code": ""}, "code", "needed"),
        ({"funder": ""}, "funder", "needed"),
        (
            {"rules.0.when.areas.0.row": "kept", "rules.0.when.areas.0.feature": "boundaries/atlantis"},
            "rules.0.when.areas",
            "no feature",
        ),
        (
            {
                "rules.0.when.numbers.0.row": "kept",
                "rules.0.when.numbers.0.fact": "receipt.total",
                "rules.0.when.numbers.0.least": "x",
            },
            "rules.0.when.numbers.0.least",
            "euros",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(at_desk, wrong, field, sentence):
    sent = PROGRAMME | rule() | wrong
    answer = at_desk.post(NEW, sent)
    assert answer.status_code == 422
    assert sentence in answer.context["faults"][field]
    page = answer.content.decode()
    for text in ("City fares", "Decision of the council", *filter(None, wrong.values())):
        assert text.replace(">", "&gt;") in page
    assert not Programme.objects.exists()


def test_a_row_that_was_taken_out_can_be_brought_back_and_goes_when_saved(at_desk):
    sent = PROGRAMME | rule() | rule(1, effect__basis_points="25")
    page = at_desk.post(NEW, sent | {"act": "remove:rules.0"})
    assert 'value="undo:rules.0"' in page.content.decode()
    removed = sent | {"rules.0.row": "removed"}
    page = at_desk.post(NEW, removed | {"act": "undo:rules.0"})
    assert 'value="undo:rules.0"' not in page.content.decode()
    at_desk.post(NEW, removed)
    assert [one["id"] for one in ProgrammeVersion.objects.get().definition["rules"]] == ["rule-1"]


def test_the_fault_of_a_later_rule_stands_beside_it_also_when_an_earlier_one_goes(at_desk):
    sent = PROGRAMME | rule() | {"rules.0.row": "removed"} | rule(1, when__further="shoe.size > 40")
    assert list(at_desk.post(NEW, sent).context["faults"]) == ["rules.1.when.further"]


def test_rows_are_added_copied_and_moved(at_desk):
    sent = PROGRAMME | rule(id="half")
    page = at_desk.post(NEW, sent | {"act": "copy:rules.0"}).content.decode()
    assert 'value="half-2"' in page
    page = at_desk.post(NEW, sent | {"act": "add:rules.0.when.week"}).content.decode()
    assert 'name="rules.0.when.week.0.from"' in page
    context = at_desk.post(NEW, sent | rule(1, id="later") | {"act": "up:rules.1"}).context
    rules = next(rows for rows in context["repeats"] if rows.address == "rules")
    assert [row.title for row in rules.rows] == ["later", "half"]


@pytest.mark.parametrize(
    "act", ["add:nothing", "remove:rules.99", "copy:rules.x", "up:", "undo:rules.0.when.week.7", "x"]
)
def test_an_act_that_cannot_be_changes_nothing(at_desk, act):
    answer = at_desk.post(NEW, PROGRAMME | rule() | {"act": act})
    assert answer.status_code == 200
    assert not Programme.objects.exists()


def test_the_words_follow_what_is_typed_in_three_languages(at_desk):
    words = at_desk.post("/programmes/_words/", PROGRAMME | rule(when__age_from="65")).content.decode()
    assert all(f'lang="{code}"' in words for code in ("lv", "lt", "en"))
    assert "65" in words


def test_the_form_opens_as_it_was_saved(at_desk):
    sent = PROGRAMME | rule(when__age_from="65", target__units_max="2")
    at_desk.post(NEW, sent)
    context = at_desk.get("/programmes/fares/versions/1/edit/").context
    rules = next(rows for rows in context["repeats"] if rows.address == "rules")
    texts = {field.name: field.text for section in rules.rows[0].sections for field in section.fields}
    assert {name: texts[name] for name in sent if name in texts} == {n: t for n, t in sent.items() if n in texts}


def test_a_code_that_is_taken_is_refused_beside_it(at_desk):
    at_desk.post(NEW, PROGRAMME | rule())
    answer = at_desk.post(NEW, PROGRAMME | rule())
    assert "already" in answer.context["faults"]["code"]


def test_a_large_number_of_rows_is_cut_at_the_limit(at_desk):
    sent = PROGRAMME | {f"caps.{place}.row": "kept" for place in range(30)} | rule()
    answer = at_desk.post(NEW, sent | {"act": "preview"})
    caps = next(rows for rows in answer.context["repeats"] if rows.address == "caps")
    assert len(caps.rows) == 20
    assert not caps.may_add
