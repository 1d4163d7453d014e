"""FlatBuffers, as far as FlatGeobuf needs them.

Every offset in a FlatBuffer counts from where it stands, so a table that is followed by what it points to may be put
anywhere: it is written in one go, from the inside out.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple


class Part(NamedTuple):
    """`content` begins at a multiple of 8 bytes and is as many long; offsets lead to the byte `entry` of it."""

    content: bytes
    entry: int = 0


def table(*fields: Part | int | None) -> Part:
    """The fields by their number in the schema; None leaves one out. A number takes four bytes, of which a smaller type
    reads the first."""
    head, pack, slots, end = _layout(tuple([field is not None for field in fields]))
    values, contents = [], []
    for slot, field in zip(slots, fields, strict=True):
        if isinstance(field, Part):
            values.append(end + field.entry - slot)
            contents.append(field.content)
            end += len(field.content)
        elif field is not None:
            values.append(field)
    return Part(head + pack(len(head), *values) + b"".join(contents), len(head))


def root(found: Part) -> bytes:
    """A whole buffer with its size before it."""
    return struct.pack("<II", 4 + len(found.content), 4 + found.entry) + found.content


def text(value: str) -> Part:
    raw = value.encode()
    return Part(_padded(struct.pack("<I", len(raw)) + raw + b"\0"))


def octets(raw: bytes) -> Part:
    return Part(_padded(struct.pack("<I", len(raw)) + raw))


def numbers(values: Sequence[int]) -> Part:
    return Part(_padded(struct.pack(f"<I{len(values)}I", len(values), *values)))


def doubles(raw: bytes) -> Part:
    """Of their bytes, which begin at a multiple of 8."""
    return Part(struct.pack("<4xI", len(raw) // 8) + raw, 4)


def parts(found: Sequence[Part]) -> Part:
    size = 4 + 4 * len(found)
    starts = accumulate((len(one.content) for one in found), initial=size + -size % 8)
    offsets = [start + one.entry - slot for start, one, slot in zip(starts, found, range(4, size, 4), strict=False)]
    return Part(numbers(offsets).content + b"".join(one.content for one in found))


@cache
def _layout(present: tuple[bool, ...]) -> tuple[bytes, Callable[..., bytes], tuple[int, ...], int]:
    """What stands before a table with these fields (its vtable), how the table is packed, where each field then lies,
    and where what follows begins."""
    places = [4 + 4 * sum(present[:number]) if there else 0 for number, there in enumerate(present)]
    count = sum(present)
    vtable = struct.pack(f"<{2 + len(present)}H", 4 + 2 * len(present), 4 + 4 * count, *places)
    head = vtable + b"\0" * (-len(vtable) % 4)
    packed = struct.Struct(f"<i{count}I{-(len(head) + 4 + 4 * count) % 8}x")
    return head, packed.pack, tuple(len(head) + place for place in places), len(head) + packed.size


def _padded(raw: bytes) -> bytes:
    return raw + b"\0" * (-len(raw) % 8)
