"""No card number comes in: every writing operation is tried with one in every text that it takes."""

import json
import re
from unittest import mock

import pytest
from django.test import Client

from gis_platform.api import api
from gis_platform.core import card_numbers
from gis_platform.core.card_numbers import article_fields, refuse_in_json, takes_article_numbers
from gis_platform.core.luhn import CardNumberRefused
from gis_platform.core.models import AuditEntry, IdempotencyRecord, OutboxEntry
from gis_platform.reports.models import Report
from tests.people import a_device, a_user, device_header

CARD = "4111111111111111"  # published by the card schemes for tests; no bank issues it
ARTICLE = "4006381333825"  # by 3·1·3·1… its last digit is right for a GTIN, and by Luhn's for a card of 13 digits
DOCUMENT = api.get_openapi_schema()


def resolved(schema):
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def texts(schema, path=()):
    """Where a body takes a text: ("lines", 0, "gtin") with its format."""
    schema = resolved(schema)
    for choice in schema.get("anyOf", schema.get("oneOf", schema.get("allOf", ()))):
        yield from texts(choice, path)
    for name, inner in schema.get("properties", {}).items():
        yield from texts(inner, (*path, name))
    if schema.get("type") == "array":
        yield from texts(schema.get("items", {}), (*path, 0))
    if schema.get("type") == "object" and "properties" not in schema:
        yield (*path, "anything"), ""  # as the members of a dictionary
    if schema.get("type") == "string":
        yield path, schema.get("format", "")


def body_with(text, path):
    for step in reversed(path):
        text = [text] if step == 0 else {step: text}
    return text


def fields():
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            for where, form in texts(content["schema"]) if content else ():
                yield f"{method.upper()} {path}", operation, where, form


FREE = [(name, where) for name, _operation, where, form in fields() if form != "gtin"]
OPERATIONS = sorted({name for name, _where in FREE})


def send(name, body):
    method, path = name.split(" ")
    number = "00000000-0000-0000-0000-000000000000" if "decision" in path else "1"
    path = re.sub(r"\{[^}]*_id\}", number, path)
    path = re.sub(r"\{[^}]*\}", "ABCDEFGH", path)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Idempotency-Key": "k-1", "Accept-Language": "en"}
    return Client().generic(method, path, data, content_type="application/json", headers=headers)


def is_refused(answer):
    code = answer.json()["code"] if answer["Content-Type"] == "application/problem+json" else ""
    return (answer.status_code, code) == (400, "card-number-refused") and CARD not in answer.content.decode()


def let_in(operation):
    """The fields of an operation in which a card number is not refused."""
    found = [where for name, where in FREE if name == operation]
    return [where for where in found if not is_refused(send(operation, body_with(f"no. {CARD}", where)))]


# --- Every writing operation -----------------------------------------------------------------------------------------


def test_there_is_something_to_try():
    assert len(OPERATIONS) > 20
    assert ("POST /api/v1/decisions", ("lines", 0, "id")) in FREE


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_text_of_a_body_takes_a_card_number(operation):
    assert let_in(operation) == []


@pytest.mark.django_db
def test_the_check_catches_a_door_that_looks_at_some_fields_only():
    """The broken twin does not look into lists."""

    def texts_but_for_lists(value, name=""):
        return card_numbers_texts(value, name) if not isinstance(value, list) else iter(())

    card_numbers_texts = card_numbers.texts_of
    with mock.patch.object(card_numbers, "texts_of", texts_but_for_lists):
        assert ("lines", 0, "id") in let_in("POST /api/v1/decisions")


def test_the_article_numbers_of_the_document_are_those_that_are_declared():
    assert any(form == "gtin" for *_rest, form in fields())
    for _name, operation, where, form in fields():
        view = f"api:{operation['operationId'].rpartition('_endpoints_')[2]}"
        dotted = ".".join(step for step in where if step != 0)
        assert (form == "gtin") == (dotted in article_fields(view)), f"{view} {dotted}"


@pytest.mark.django_db
def test_an_article_number_passes_where_it_belongs_and_nowhere_else():
    line = {"id": "1", "category": "food", "gtin": ARTICLE, "amount_cents": 5}
    asked = {"kind": "library", "token": "CARD-0001", "lines": [line]}
    assert send("POST /api/v1/decisions", asked).status_code == 401  # as far as the question who asks
    assert is_refused(send("POST /api/v1/decisions", asked | {"lines": [line | {"id": ARTICLE}]}))
    assert is_refused(send("POST /api/v1/decisions", asked | {"lines": [line | {"gtin": CARD}]}))
    assert is_refused(send("POST /api/v1/decisions", asked | {"gtin": ARTICLE}))


# --- Other bodies ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "4111-1111 1111-1111"}',
        b'{"text": "4111\\u0031111 1111 1111"}',
        '{"text": "４１１１ 1111 1111 1111"}'.encode(),
        json.dumps({"text": CARD}).encode("utf-16"),
        json.dumps({CARD: "x"}).encode(),
        json.dumps({"not": {"asked": [["for", CARD]]}}).encode(),
        f"no JSON {CARD}".encode(),
        b"[" * 100_000 + CARD.encode(),
    ],
)
def test_it_does_not_matter_how_it_is_written(body):
    assert is_refused(send("POST /api/v1/reports", body))
    assert not Report.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/ogc/collections/tourism/items", "/sta/v1.1/Things", "/sta/v1.1/$batch"])
def test_the_standard_interfaces_refuse_it_too(path):
    answer = Client(headers={"Accept-Language": "en"}).post(path, {"name": CARD}, content_type="application/json")
    assert is_refused(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_every_writing_method_is_looked_at(method):
    answer = getattr(Client(), method)("/ogc/collections/tourism/items/1", {"a": CARD}, content_type="application/json")
    assert is_refused(answer)


@pytest.mark.django_db
def test_a_form_and_the_name_of_a_file_are_refused_on_a_page(tmp_path):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user("administrator"))
    sheet = tmp_path / f"{CARD}.csv"
    sheet.write_text("a")
    with sheet.open("rb") as file:
        for sent in ({"note": CARD}, {"file": file}):
            answer = client.post("/profile/", sent)
            page = answer.content.decode()
            assert (answer.status_code, CARD in page) == (400, False)
            assert "Card numbers are not kept here" in page


@pytest.mark.django_db
def test_nothing_of_it_is_logged_or_kept(capfd):
    answer = Client(**device_header(a_device("till"))).post(
        "/api/v1/identify", {"kind": "bank_token", "token": CARD}, content_type="application/json"
    )
    assert is_refused(answer)
    assert CARD not in capfd.readouterr().out
    assert not AuditEntry.objects.filter(action="residents.identified").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["123e4567-e89b-42d3-8456-426614174000", "LT367300000435195001", "POINT(24.1234567890123 56.9876543210987)"],
)
def test_other_long_numbers_pass(text):
    assert send("POST /api/v1/reports", {"text": text}).json()["code"] != "card-number-refused"


def test_a_document_from_a_file_is_read_through():
    refuse_in_json({"rules": [{"gtins": [ARTICLE]}]}, article_numbers=("*.gtins",))
    for value in ({"name": CARD}, {"rules": [{"gtins": [CARD]}]}, {"name": ARTICLE}):
        with pytest.raises(CardNumberRefused):
            refuse_in_json(value, article_numbers=("*.gtins",))


def test_a_list_of_article_numbers_in_a_form():
    takes_article_numbers("test:form", "*gtins")
    held = card_numbers._held(iter([("line-1-gtins", f"{ARTICLE}, {ARTICLE}"), ("name", ARTICLE)]), {"*gtins"})
    assert list(held) == ["name"]
    assert article_fields("test:form") == {"*gtins"}
