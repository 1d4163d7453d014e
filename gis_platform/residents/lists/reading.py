"""The rows of a CSV or XLSX table as texts by the names of the columns that are known here."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gis_platform.residents.lists.errors import ListHasNoPeople, ListTooLarge, ListUnreadable

BYTES_MAX = 5 * 1024 * 1024
UNPACKED_BYTES_MAX = 100 * 1024 * 1024
ROWS_MAX = 50_000
ENCODINGS = ("utf-8-sig", "windows-1257")  # the second is what Baltic offices used before
DELIMITERS = ",;\t|"
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "handle": ("handle", "rokturis"),
        "given_name": ("given_name", "given name", "first name", "vārds", "vardas"),
        "family_name": ("family_name", "family name", "surname", "uzvārds", "pavardė"),
        "birth_date": ("birth_date", "date of birth", "born", "dzimšanas datums", "gimimo data"),
        "from": ("from", "no", "nuo"),
        "until": ("until", "to", "līdz", "iki"),
        "evidence": ("evidence", "document", "pamatojums", "pagrindas"),
    }
)
KNOWN = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}

type Row = tuple[int, dict[str, str]]


def rows_of(content: bytes) -> list[Row]:
    """Each row that is not blank, with its number in the file, the header being 1.

    Raises ListTooLarge, ListUnreadable or ListHasNoPeople.
    """
    require_size(len(content))
    table = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    try:
        header = [KNOWN.get(cell.strip().lower(), "") for cell in next(table, [])]
        if "handle" not in header and not {"given_name", "family_name", "birth_date"} <= set(header):
            raise ListHasNoPeople
        return list(_named(header, table))
    except (csv.Error, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ListUnreadable from error


def require_size(size_bytes: int) -> None:
    if size_bytes > BYTES_MAX:
        raise ListTooLarge


def _named(header: list[str], table: Iterator[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(table, start=2):
        if number > ROWS_MAX + 1:
            raise ListTooLarge
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        if row:
            yield number, row


def _csv(content: bytes) -> Iterator[list[str]]:
    text = next((text for encoding in ENCODINGS if (text := _decoded(content, encoding)) is not None), None)
    if text is None or "\0" in text:
        raise ListUnreadable
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    """Of the first sheet, read row by row; values, never formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_MAX:
                raise ListTooLarge
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise ListUnreadable from error
    return ([_text(cell) for cell in cells] for cells in sheet.iter_rows(values_only=True))


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)
