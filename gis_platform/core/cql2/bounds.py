"""How large and how small the doubles of arithmetic can get, known before any row: what could overflow is tamed first.

PostgreSQL raises an error where a double overflows or underflows, and one odd row would then break every page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.typed import Call, Column, Constant, Typed

TAME = "tame"  # the call that brings a number within TAMED
COPIES_MAX = 100  # how often SQL may repeat one operand
COPIES = {"%": 2, "^": 5, TAME: 2}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Powers of two: a number's size is at most 2^most, and if it is not 0, a multiple of 2^step."""

    most: int
    step: int

    @property
    def safe(self) -> bool:
        """With some room to the ends of a double, 2^1024 and 2^-1022."""
        return self.most < 1000 and self.step > -1000


PRECISION = 53  # bits of a double: numbers of at least 2^n are multiples of 2^(n - 53)
WHOLE = Bounds(64, 0)
TAMED = Bounds(333, -100)
POWERS = Bounds(289, -289 - PRECISION)  # e^200, as arithmetic.py has it

RESULTS: Mapping[str, Callable[[Bounds, Bounds], Bounds]] = MappingProxyType(
    {
        "+": lambda a, b: Bounds(max(a.most, b.most) + 1, min(a.step, b.step)),
        "-": lambda a, b: Bounds(max(a.most, b.most) + 1, min(a.step, b.step)),
        "*": lambda a, b: Bounds(a.most + b.most, a.step + b.step),
        "/": lambda a, b: Bounds(a.most - b.step, a.step - b.most - PRECISION),
        "div": lambda a, b: Bounds(a.most - b.step, a.step - b.most - PRECISION),
        # Its quotient must be safe too, and is further from 1 than its result.
        "%": lambda a, b: Bounds(max(a.most, b.most, a.most - b.step) + 1, min(a.step, b.step, a.step - b.most)),
        "^": lambda a, b: POWERS,
    }
)


def operands(op: str, args: tuple[Typed, ...]) -> tuple[Typed, ...]:
    """The operands such that `op` cannot leave the doubles; raises FilterError for what SQL would repeat too often."""
    args = tuple(_leaf(arg) for arg in args)
    first, second = (_bounds(arg) for arg in args)
    powers_inside = op == "^" and not (_fits(first) and _fits(second))
    if powers_inside or not RESULTS[op](first, second).safe:
        args = tuple(tame(arg) for arg in args)
    if max(map(_copies, args)) * COPIES.get(op, 1) > COPIES_MAX:
        raise FilterError("filter-too-costly", _("The arithmetic of “{op}” is nested too deep."), op=op)
    return args


def tame(number: Typed) -> Typed:
    return number if _fits(_bounds(number)) else Call(TAME, (number,), FieldType.NUMBER)


def _leaf(number: Typed) -> Typed:
    """A column of doubles or a number written out may be anything."""
    return tame(number) if isinstance(number, Column | Constant) else number


def _fits(bounds: Bounds) -> bool:
    return bounds.most <= TAMED.most and bounds.step >= TAMED.step


def _bounds(number: Typed) -> Bounds:
    if number.type is FieldType.INTEGER:
        return WHOLE
    if isinstance(number, Call) and number.op in RESULTS:
        return RESULTS[number.op](*(_bounds(arg) for arg in number.args))
    return TAMED if isinstance(number, Call) else Bounds(1024, -1074)


def _copies(number: Typed) -> int:
    if not isinstance(number, Call):
        return 1
    inside = max(map(_copies, number.args))
    return inside if isinstance(number.args[0], Column) else inside * COPIES.get(number.op, 1)
