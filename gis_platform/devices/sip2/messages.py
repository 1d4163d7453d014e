"""Messages of SIP2 as text: two digits of command, fixed fields, variable fields, and the checksum at the end.

>>> read("9300CNdesk|CPhall|AY3AZF868").fields
{'CN': 'desk', 'CP': 'hall'}
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

TERMINATOR = b"\r"
FIXED_LENGTHS = {  # SIP2 2.00, "Messages": what follows the two digits, before the first variable field
    "23": 3 + 18,
    "35": 18,
    "63": 3 + 18 + 10,
    "93": 1 + 1,
    "97": 0,
    "99": 1 + 3 + 4,
}
_END = re.compile(r"(?:AY(?P<sequence>\d))?AZ(?P<checksum>[0-9A-Fa-f]{4})$")
_NOT_IN_A_FIELD = re.compile(r"[|\x00-\x1f]+")


class Garbled(Exception):
    """What was read is no message that this server knows, or was changed on its way: ask for it again (96)."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """`sequence` is None where the desk does without error detection; the answer then does too."""

    command: str
    fixed: str
    fields: dict[str, str] = field(repr=False)  # a card's number may be among them
    sequence: str | None


def read(text: str) -> Request:
    """Raises Garbled."""
    text = text.strip("\r\n")
    sequence, body = None, text
    end = _END.search(text)
    if end is not None:
        if checksum(text[: end.start("checksum")]) != end["checksum"].upper():
            raise Garbled("the checksum does not fit")
        sequence, body = end["sequence"] or "0", text[: end.start()]
    command, rest = body[:2], body[2:]
    length = FIXED_LENGTHS.get(command)
    if length is None or len(rest) < length:
        raise Garbled("no such message")
    parts = [part for part in rest[length:].split("|") if part]
    return Request(
        command=command, fixed=rest[:length], fields={part[:2]: part[2:] for part in parts}, sequence=sequence
    )


def write(head: str, fields: dict[str, str], *, sequence: str | None) -> str:
    """A message without its terminator. Nothing in a field can end it early."""
    body = head + "".join(f"{name}{_NOT_IN_A_FIELD.sub(' ', value)}|" for name, value in fields.items())
    if sequence is None:
        return body
    body += f"AY{sequence}AZ"
    return body + checksum(body)


def checksum(text: str) -> str:
    """Four hexadecimal digits that bring the sum of all bytes to nought in 16 bits (SIP2 2.00, "Checksum").

    >>> checksum("9900302.00AY1AZ")
    'FCA5'
    """
    return f"{-sum(text.encode()) & 0xFFFF:04X}"


def date_field(at: datetime) -> str:
    """18 characters; four blanks where the time zone would be stand for local time."""
    return f"{at:%Y%m%d}    {at:%H%M%S}"
