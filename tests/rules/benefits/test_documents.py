import json
from copy import deepcopy

import pytest

from rules.benefits import documents, versions
from rules.benefits.errors import DocumentRefused
from rules.benefits.models import Programme, ProgrammeVersion
from tests.people import a_user
from tests.rules.benefits.programmes import FIRST_DAY, a_programme, definition

pytestmark = pytest.mark.django_db

DOCUMENT = {
    "format": 1,
    "programme": {
        "code": "trips",
        "name_lv": "",
        "name_lt": "",
        "name_en": "Trips",
        "legal_act": "Binding regulations",
        "legal_number": "1",
        "legal_date": "2025-12-18",
        "funder": "city",
    },
    "versions": [
        {
            "first_day": "2026-01-01",
            "last_day": "2026-06-30",
            "definition": definition(),
            "examples": [{"name": "A ride", "facts": {"trigger": "receipt"}, "points": 0}],
        },
        {"first_day": "2026-07-01", "last_day": None, "definition": definition(caps=[]), "examples": []},
    ],
}


def taken_in(document):
    return documents.take_in(json.dumps(document).encode(), user=a_user())


def changed(**parts):
    return deepcopy(DOCUMENT) | parts


def test_what_is_exported_is_taken_in_and_exported_the_same():
    assert documents.export(taken_in(DOCUMENT)) == DOCUMENT


def test_what_is_taken_in_is_a_draft_of_whoever_took_it_in():
    user = a_user()
    documents.take_in(json.dumps(DOCUMENT).encode(), user=user)
    assert {(one.state, one.author) for one in ProgrammeVersion.objects.all()} == {("draft", user)}


def test_a_programme_that_is_there_keeps_its_act_and_gets_the_versions():
    there = a_programme("trips", legal_number="9")
    versions.draft(there, definition=definition(), first_day=FIRST_DAY, author=a_user())
    taken_in(DOCUMENT)
    there.refresh_from_db()
    assert there.legal_number == "9"
    assert [one.number for one in there.versions.order_by("number")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (changed(format=2), "format"),
        (changed(versions=[]), "versions"),
        (changed(colour="red"), "colour"),
        (changed(programme=DOCUMENT["programme"] | {"code": "Trips!"}), "programme.code"),
        (changed(programme={"code": "trips"}), "programme.funder"),
        (changed(versions=[DOCUMENT["versions"][0] | {"last_day": "2025-01-01"}]), "versions.0.last_day"),
        (changed(versions=[DOCUMENT["versions"][0] | {"examples": [{"facts": {}}]}]), "versions.0.examples.0.name"),
        (
            changed(versions=[DOCUMENT["versions"][0] | {"definition": definition({"kind": "percent"})}]),
            "versions.0.definition.rules.0.effect.percent.basis_points",
        ),
        (
            changed(versions=[DOCUMENT["versions"][0] | {"definition": definition(triggers=["full-moon"])}]),
            "versions.0.definition.triggers",
        ),
    ],
)
def test_what_cannot_stand_is_named_by_its_path_and_nothing_is_kept(document, path):
    with pytest.raises(DocumentRefused) as refused:
        taken_in(document)
    assert path in refused.value.fields
    assert path in str(refused.value.detail)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"x" * (documents.BYTES_MAX + 1)])
def test_what_is_no_document_is_refused(content):
    with pytest.raises(DocumentRefused):
        documents.take_in(content, user=a_user())


def test_the_schema_names_every_effect():
    text = json.dumps(documents.schema())
    for kind in ("percent", "amount", "fixed-price", "free-quantity", "bundle", "tariff", "pay-at-most", "voucher"):
        assert f'"{kind}"' in text
