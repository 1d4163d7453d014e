"""Brings the translators' catalogues in line with the texts that code and templates mark for translation."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

ROOMS = ("gis_platform", "layers", "maps", "ogc_api", "rules")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOT_OURS = {"node_modules", "vendor", "migrations"}


class Command(BaseCommand):
    help = "Adds new texts to the catalogues, untranslated, and drops those that nothing says any more."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        asked = collect(Path(settings.BASE_DIR))
        for source in catalogues():
            catalogue = update(source, asked)
            missing = sum(1 for entry in entries(catalogue) if not all(strings(entry)))
            self.stdout.write(f"{source.parent.parent.name}: {len(catalogue)} texts, {missing} without a translation")


def catalogues() -> list[Path]:
    return sorted(source for folder in settings.LOCALE_PATHS for source in Path(folder).glob("*/LC_MESSAGES/django.po"))


def collect(root: Path) -> Catalog:
    """The texts that the rooms below `root` mark for translation, ordered by file, then by text."""
    asked = Catalog()
    for path in sorted(_sources(root)):
        place = [(path.relative_to(root).as_posix(), 0)]
        for _, text, comments, context in sorted(texts_of(path), key=lambda found: str((found[1], found[3]))):
            asked.add(text, locations=place, auto_comments=comments, context=context)
    return asked


def _sources(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for path in (root / room).rglob("*"):
            if path.suffix in {".py", ".html", ".txt"} and not NOT_OURS & set(path.relative_to(root).parts):
                yield path


def texts_of(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """(line, text or its plural forms, translators' comments, context) of what one file marks."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # A template's indentation means nothing, but Python's tokenizer would stumble over it.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    yield from extract("python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",))


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


def update(source: Path, asked: Catalog) -> Catalog:
    """The catalogue as written: all that is asked for and nothing else, translated where it was."""
    catalogue = read(source)
    catalogue.update(asked, no_fuzzy_matching=True)
    header, _, _ = source.read_text(encoding="utf-8").partition("\n\n")
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)
    source.write_text(f"{header}\n\n{written.getvalue().decode().rstrip()}\n", encoding="utf-8")
    return catalogue


def entries(catalogue: Catalog) -> list[Message]:
    """The texts without the header."""
    return [message for message in catalogue if message.id]


def strings(message: Message) -> tuple[str, ...]:
    """The translation, or each of its plural forms."""
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)
