"""Tables of text: finding the encoding and the delimiter, reading rows."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from layers.imports.errors import BrokenFile, EmptyFile, TooManyAttributes, WrongEncoding
from layers.imports.limits import limits

ENCODINGS = ("utf-8-sig", "windows-1257")  # the second is what Baltic offices used before
DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 20
BLOCK = 1024 * 1024

csv.field_size_limit(limits().feature_bytes_max)  # a polygon as WKT is longer than csv's 128 kB


def encoding_of(path: Path, *, wanted: str) -> str:
    """The encoding of a text file, which is read through; raises WrongEncoding."""
    for encoding in (wanted,) if wanted else ENCODINGS:
        try:
            decoder = codecs.getincrementaldecoder(encoding)()
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except LookupError as error:
            raise WrongEncoding(_("There is no encoding called {name}.").format(name=encoding)) from error
        except UnicodeDecodeError:
            continue
        return encoding
    raise WrongEncoding(_("The text is in none of the usual encodings; name it with --encoding."))


def delimiter_of(path: Path, *, encoding: str) -> str:
    """The delimiter that cuts the first lines into the most columns, the same number in each."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for _n, line in zip(range(SAMPLE_LINES), file, strict=False)]
    return max(DELIMITERS, key=lambda delimiter: _columns(lines, delimiter))


def header(path: Path, *, encoding: str, delimiter: str) -> list[str]:
    """The names of the columns; nameless and repeated ones get a name of their own. Raises EmptyFile."""
    first = next(rows(path, encoding=encoding, delimiter=delimiter), None)
    if first is None:
        raise EmptyFile(_("The file is empty."))
    if len(first) > limits().attributes_max:
        raise TooManyAttributes(
            _("The features have more than {limit} attributes.").format(limit=limits().attributes_max)
        )
    names: list[str] = []
    for number, cell in enumerate(first, start=1):
        name = cell.strip() or f"column_{number}"
        names.append(name if name not in names else f"{name}_{number}")
    return names


def rows(path: Path, *, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """All lines that are not blank, the header first; raises BrokenFile."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            yield from (cells for cells in csv.reader(file, delimiter=delimiter) if cells)
        except csv.Error as error:
            raise BrokenFile(_("The table is damaged; export it again.")) from error


def _columns(lines: list[str], delimiter: str) -> tuple[int, int]:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return (0, 0)
    return (widths.count(widths[0]) * (widths[0] > 1), widths[0]) if widths else (0, 0)
