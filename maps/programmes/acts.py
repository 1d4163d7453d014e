"""What a button of the form does to the sheet: rows are added, copied, moved, taken out and brought back.

Nothing is saved by it, and what was taken out stays in the form until the whole is saved, so that it can be undone.
"""

from copy import deepcopy

from maps.programmes.layout import DEFINITION
from maps.programmes.sheet import Part, Repeat, Sheet, blank

VERBS = ("add", "copy", "up", "down", "remove", "undo")


def perform(act: str, sheet: Sheet, part: Part = DEFINITION) -> str:
    """Does `add:rules`, `copy:rules.0`, `remove:rules.0.when.week.1`; the address of the row to look at, or ""."""
    verb, _colon, address = act.partition(":")
    if verb not in VERBS:
        return ""
    if verb == "add":
        found = _list(part, sheet, f"{address}.", "")
        return _add(*found, address) if found else ""
    list_address, _dot, place = address.rpartition(".")
    found = _list(part, sheet, f"{list_address}.", "")
    if found is None or not place.isdecimal() or int(place) >= len(found[1]):
        return ""
    return _move(verb, *found, list_address, int(place))


def _add(repeat: Repeat, rows: list[Sheet], address: str) -> str:
    if len(rows) >= repeat.rows_max:
        return ""
    rows.append(blank(repeat.part))
    return f"{address}.{len(rows) - 1}"


def _move(verb: str, repeat: Repeat, rows: list[Sheet], address: str, place: int) -> str:
    other = place
    match verb:
        case "remove":
            rows[place].removed = True
        case "undo":
            rows[place].removed = False
        case "copy" if len(rows) < repeat.rows_max:
            other = place + 1
            rows.insert(other, _copied(rows, place))
        case "up" if place > 0:
            other = place - 1
            rows[place], rows[other] = rows[other], rows[place]
        case "down" if place + 1 < len(rows):
            other = place + 1
            rows[place], rows[other] = rows[other], rows[place]
    return f"{address}.{other}"


def _copied(rows: list[Sheet], place: int) -> Sheet:
    """A copy with a code of its own."""
    copy = deepcopy(rows[place])
    name = next((name for name in ("id", "code") if copy.text(name)), "")
    if name:
        taken = {row.text(name) for row in rows}
        number = next(number for number in range(2, len(rows) + 3) if f"{copy.text(name)}-{number}" not in taken)
        copy.texts[name] = [f"{copy.text(name)}-{number}"]
    return copy


def _list(part: Part, sheet: Sheet, address: str, before: str) -> tuple[Repeat, list[Sheet]] | None:
    """The rows at an address that ends with a dot, such as `rules.0.when.week.`"""
    for repeat in part.repeats:
        start = f"{before}{repeat.name}."
        if address == start:
            return repeat, sheet.rows.setdefault(repeat.name, [])
        if address.startswith(start):
            place = address.removeprefix(start).partition(".")[0]
            rows = sheet.rows.get(repeat.name, [])
            if place.isdecimal() and int(place) < len(rows):
                return _list(repeat.part, rows[int(place)], address, f"{start}{place}.")
    return None
