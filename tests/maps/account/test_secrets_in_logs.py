"""A resident's whole way by desk, letter and card: no secret of it stands in a log."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from django.core import mail
from django.core.cache import cache
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from gis_platform.core import logs
from gis_platform.residents.models import Resident
from tests.people import a_user

pytestmark = pytest.mark.django_db
ADDRESS, PERSONAL_CODE, TOKEN = "anna.ozola@example.org", "170590-12345", "LIB-77120034"
PERSON = {"given_name": "Anna", "family_name": "Ozoliņkalne", "birth_date": "1990-05-17"}


@pytest.fixture(autouse=True)
def forget_letters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written as in production, by the platform's own formatter."""
    root, written = logging.getLogger(), io.StringIO()
    (formatter,) = {one.formatter for one in root.handlers if isinstance(one.formatter, ProcessorFormatter)}
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def at_the_desk() -> str:
    """The code that the clerk hands over, after a card was looked up that nobody has."""
    clerk = Client()
    clerk.force_login(a_user("clerk", is_staff=True))
    page = clerk.post("/account/desk/", PERSON | {"personal_code": PERSONAL_CODE, "checked": "on"}).content.decode()
    clerk.post("/cards/", {"kind": "library", "token": TOKEN})
    return re.search(r'class="claim-code">([^<]+)<', page).group(1)


def by_letter(code: str) -> str:
    """The token of the link: followed, and once more in vain; then the person registers and brings the code."""
    resident = Client()
    resident.post("/sign-in/email/", {"email": ADDRESS})
    path = re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", mail.outbox[-1].body).group(1)
    for _again in range(2):
        resident.get(path)
        resident.post(path)
    resident.post("/sign-in/register/", PERSON)
    resident.post("/account/claim/", {"code": code})
    return path.rstrip("/").rpartition("/")[2]


def test_no_secret_of_the_way_is_in_a_log(log):
    code = at_the_desk()
    token = by_letter(code)
    assert Resident.objects.exists()
    text = log.getvalue()
    assert "/sign-in/link/" in text, "nothing was written, so nothing was looked at"
    secrets = (ADDRESS, PERSONAL_CODE, PERSONAL_CODE.replace("-", ""), TOKEN, code, token, "Ozoliņkalne")
    assert [secret for secret in secrets if secret in text] == []


def test_the_twin_that_writes_a_code_down_is_caught(log):
    structlog.get_logger("twin").warning("registered", code=PERSONAL_CODE)
    assert PERSONAL_CODE in log.getvalue()


def test_the_twin_that_writes_links_whole_is_caught(log, monkeypatch):
    monkeypatch.setattr(logs, "LINK_TOKEN", re.compile("^$"))
    code = at_the_desk()
    assert by_letter(code) in log.getvalue()
