"""What stands in the form: texts as they were typed, and rows of more of them. Nothing here judges a text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict

from maps.programmes.inputs import Input, Kind, Text

MARK = "row"  # the hidden field that says that a row is there, and whether it is to go
KEPT, REMOVED = "kept", "removed"


@dataclass(kw_only=True)
class Sheet:
    texts: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list["Sheet"]] = field(default_factory=dict)
    removed: bool = False

    def text(self, name: str) -> str:
        return next(iter(self.texts.get(name, ())), "").strip()

    def kept(self, name: str) -> Iterator[tuple[int, "Sheet"]]:
        """The rows that are not to go, with their places among all."""
        return ((place, row) for place, row in enumerate(self.rows.get(name, ())) if not row.removed)

    @property
    def is_empty(self) -> bool:
        typed = any(text.strip() for texts in self.texts.values() for text in texts)
        return not typed and all(row.is_empty for rows in self.rows.values() for row in rows)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Inputs that stand together, and the rows of further parts among them."""

    inputs: tuple[Input, ...]
    repeats: tuple["Repeat", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """Rows of one kind. `path` is where their list stands in the definition ("" for none).

    With `mapping`, the definition has no list but a mapping from the first of these inputs to the second.
    """

    name: str
    title: Text
    part: Part
    add: Text
    rows_max: int
    path: str = ""
    mapping: tuple[str, str] | None = None
    only: tuple[str, tuple[str, ...]] | None = None
    help: Text = ""


def sent(part: Part, data: QueryDict, *, prefix: str = "") -> Sheet:
    """The sheet as a browser sent it back; a field that did not come back is empty."""
    texts = {
        one.name: [str(text).replace("\r\n", "\n") for text in data.getlist(prefix + one.name)] for one in part.inputs
    }
    rows = {repeat.name: list(_rows(repeat, data, f"{prefix}{repeat.name}.")) for repeat in part.repeats}
    return Sheet(texts=texts, rows=rows, removed=data.get(f"{prefix}{MARK}") == REMOVED)


def _rows(repeat: Repeat, data: QueryDict, prefix: str) -> Iterator[Sheet]:
    for place in range(repeat.rows_max):
        if f"{prefix}{place}.{MARK}" not in data:
            return
        yield sent(repeat.part, data, prefix=f"{prefix}{place}.")


def blank(part: Part) -> Sheet:
    """A part as it begins: with its usual choices, without rows."""
    texts = {one.name: [one.default] for one in part.inputs if one.default}
    # A list to choose from has always something chosen: the browser would show its first line.
    first = {
        one.name: [one.choices[0][0]]
        for one in part.inputs
        if one.kind is Kind.CHOICE and one.choices and not one.default
    }
    return Sheet(texts=first | texts)
