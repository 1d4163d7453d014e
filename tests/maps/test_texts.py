"""Texts: the script's keys are all there, and none goes untranslated."""

import re

import pytest
from babel.messages.pofile import read_po

from maps.texts import texts

from .conftest import FRONTEND, ROOT

SCRIPTS = {path.name: path.read_text() for path in (FRONTEND / "map").glob("*.js")}
MAPS = ROOT / "maps"


def test_every_key_that_the_script_asks_for_has_a_text_and_every_text_is_asked_for():
    source = "\n".join(SCRIPTS.values())
    known = set(texts())
    quoted = set(re.findall(r"'([a-zA-Z]+)'", source))
    asked = set(re.findall(r"\b(?:say|toast|writeFailure)\('([a-zA-Z]+)'", source))
    assert asked <= known, "asked for and not there"
    assert known <= quoted, "there and never asked for"


def msgids():
    """(context, text) of everything that the map's sources mark for translation."""
    for path in MAPS.glob("*.py"):
        for literals in re.findall(r'\b_\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', path.read_text()):
            yield None, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))
    for path in (MAPS / "templates" / "maps").glob("*.html"):
        source = path.read_text()
        for double, single, context in re.findall(
            r"""\{% translate (?:"([^"]*)"|'([^']*)')(?: context "([^"]*)")? %\}""", source
        ):
            yield context or None, double or single
        for block in re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", source, re.DOTALL):
            yield None, re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block)


@pytest.mark.parametrize("language", ["lv", "lt"])
def test_every_text_of_the_map_is_translated(language):
    with (ROOT / "gis_platform" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    wanted = set(msgids())
    assert len(wanted) > 60
    missing = [pair for pair in wanted if not ((found := catalogue.get(pair[1], context=pair[0])) and found.string)]
    assert missing == []


@pytest.mark.parametrize("language", ["lv", "lt"])
def test_a_translation_keeps_the_places_to_fill_in(language):
    with (ROOT / "gis_platform" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for context, text in set(msgids()):
        found = catalogue.get(text, context=context)
        fields = r"\{\w+\}|%\(\w+\)s"
        assert found is None or sorted(re.findall(fields, text)) == sorted(re.findall(fields, found.string)), text
