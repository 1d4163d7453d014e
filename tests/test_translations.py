"""Whatever the platform says, it says in Latvian and Lithuanian too; `manage.py collect_messages` adds what is new."""

import gettext
import re
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings

from gis_platform.core.management.commands.collect_messages import (
    catalogues,
    collect,
    entries,
    read,
    strings,
    texts_of,
    update,
)
from rules.benefits.facts import NAMES
from rules.engine.messages import LANGUAGES as SPOKEN
from rules.engine.messages import MESSAGES

FOREIGN = {"lv": "ąęėįųĄĘĖĮŲ", "lt": "āēģīķļņĀĒĢĪĶĻŅ"}
QUOTES = {"lv": ("„", "”"), "lt": ("„", "“"), "en": ("“", "”")}
PLACES_TO_FILL = re.compile(r"%\(\w+\)[sd]|\{[a-z_]*\}|</?[a-z]+[^>]*>")
HEADER = """msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n"""


@pytest.fixture(scope="module")
def asked() -> Catalog:
    return collect(Path(settings.BASE_DIR))


@pytest.fixture(scope="module", params=catalogues(), ids=lambda source: source.parent.parent.name)
def translated(request) -> tuple[str, Catalog]:
    return request.param.parent.parent.name, read(request.param)


def name(message: Message) -> tuple[str, str]:
    """By what a text is looked up: of a plural, the singular."""
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def in_every_language() -> list[tuple[str, str]]:
    """(language, text) of all that is translated."""
    said = [
        (source.parent.parent.name, text)
        for source in catalogues()
        for m in entries(read(source))
        for text in strings(m)
    ]
    said += [(language, text) for language in SPOKEN for text in MESSAGES[language].values()]
    return said + [(language, names[place]) for names in NAMES.values() for place, language in enumerate(SPOKEN)]


def test_every_text_is_translated(asked, translated):
    _, catalogue = translated
    done = {name(message) for message in entries(catalogue) if all(strings(message)) and not message.fuzzy}
    places = {name(message): ", ".join(path for path, _ in message.locations) for message in entries(asked)}
    assert len(places) > 1000
    assert [f"{text} ({place})" for text, place in places.items() if text not in done] == []


def test_nothing_is_translated_that_nobody_says(asked, translated):
    _, catalogue = translated
    said = {name(message) for message in entries(asked)}
    assert [name(message) for message in entries(catalogue) if name(message) not in said] == []
    assert list(catalogue.obsolete) == []


def test_a_translation_keeps_what_is_filled_in(translated):
    _, catalogue = translated
    for message in entries(catalogue):
        originals = [message.id] if isinstance(message.id, str) else message.id
        kept = [sorted(PLACES_TO_FILL.findall(text)) for text in originals]
        for text in filter(None, strings(message)):
            assert sorted(PLACES_TO_FILL.findall(text)) in kept, text


def test_the_sentences_of_the_rules_keep_what_is_filled_in():
    for key in MESSAGES["en"]:
        kept = [sorted(PLACES_TO_FILL.findall(MESSAGES[language][key])) for language in SPOKEN]
        assert kept[0] == kept[1] == kept[2], key


def test_a_translation_ends_and_begins_as_the_text_does(translated):
    _, catalogue = translated
    for message in entries(catalogue):
        text, *_ = [message.id] if isinstance(message.id, str) else message.id
        for string in filter(None, strings(message)):
            assert re.search(r"[.:?…]?$", string)[0] == re.search(r"[.:?…]?$", text)[0], (text, string)
            assert string == string.strip(), text


def test_each_number_has_its_form(translated):
    """Django's own catalogues count by the rules of the language; ours count alike."""
    language, catalogue = translated
    with (Path(django.__path__[0]) / f"conf/locale/{language}/LC_MESSAGES/django.mo").open("rb") as file:
        djangos = gettext.GNUTranslations(file)
    plural = gettext.c2py(catalogue.plural_expr)
    assert [plural(number) for number in range(201)] == [djangos.plural(number) for number in range(201)]
    for message in entries(catalogue):
        assert len(strings(message)) == (catalogue.num_plurals if message.pluralizable else 1), message.id


def test_a_text_is_in_its_own_language():
    for language, text in in_every_language():
        assert not set(text) & set(FOREIGN.get(language, "")), text
        assert not re.search(r"[а-яА-Я]", text), text


def test_a_text_is_quoted_as_its_language_quotes():
    for language, text in in_every_language():
        marks = re.findall("[„“”«»]", text)
        opening, closing = QUOTES[language]
        assert marks == [opening, closing] * (len(marks) // 2), text


def test_the_walk_sees_every_way_to_mark_a_text(tmp_path):
    """The canary: a way that the walk does not know would leave texts untranslated and the tests green."""
    source = tmp_path / "texts.py"
    source.write_text(
        """
        _("one")
        gettext_lazy("two " "halves")
        ngettext_lazy("{n} day", "{n} days", n)
        pgettext_lazy("law", "act")
        """
    )
    assert [(text, context) for _, text, _, context in texts_of(source)] == [
        ("one", None), ("two halves", None), (("{n} day", "{n} days"), None), ("act", "law"),
    ]  # fmt: skip
    page = tmp_path / "page.html"
    page.write_text(
        """{% load i18n %}
        <h1 title="{% translate 'Map' %}">{% translate "Open" context "hours" %}</h1>
    {% blocktranslate count n=number %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
  {% blocktranslate with city=city.name trimmed %}
      Map of {{ city }}
  {% endblocktranslate %}"""
    )
    assert [(text, context) for _, text, _, context in texts_of(page)] == [
        ("Map", None), ("Open", "hours"), (("%(n)s day", "%(n)s days"), None), ("Map of %(city)s", None),
    ]  # fmt: skip


def test_collecting_adds_what_is_new_drops_what_is_gone_and_keeps_the_rest(tmp_path):
    room = tmp_path / "layers"
    room.mkdir()
    (room / "b.py").write_text('_("map")\n_("layer")\n')
    (room / "a.py").write_text('_("map")\n')
    source = tmp_path / "lt" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + '\nmsgid "map"\nmsgstr "žemėlapis"\n\nmsgid "gone"\nmsgstr "dingo"\n')
    update(source, collect(tmp_path))
    assert source.read_text() == HEADER + (
        '\n#: layers/a.py layers/b.py\nmsgid "map"\nmsgstr "žemėlapis"\n\n#: layers/b.py\nmsgid "layer"\nmsgstr ""\n'
    )
