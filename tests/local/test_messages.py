import gettext
import os

from gis_platform.local.messages import compile_messages

SOURCE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "map"
msgstr "žemėlapis"

#, fuzzy
msgid "place"
msgstr "unchecked"
"""


def test_translations_can_be_read_and_unchecked_ones_are_left_out(tmp_path):
    folder = tmp_path / "lt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(SOURCE, encoding="utf-8")
    assert compile_messages(tmp_path) == [folder / "django.mo"]
    with (folder / "django.mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("map") == "žemėlapis"
    assert translations.gettext("place") == "place"


def test_only_what_changed_is_compiled_again(tmp_path):
    folder = tmp_path / "lt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(SOURCE, encoding="utf-8")
    compile_messages(tmp_path)
    assert compile_messages(tmp_path) == []
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_messages(tmp_path) == [folder / "django.mo"]


def test_no_translations_are_no_error(tmp_path):
    assert compile_messages(tmp_path / "absent") == []
