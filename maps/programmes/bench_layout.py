"""The inputs of an example receipt: who, when, where, what is bought, what went before, and what is expected."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from maps.programmes.inputs import Input, Kind
from maps.programmes.sheet import Part, Repeat
from rules.engine.receipt import LINES_MAX

BEFORE, LEFT = "before.", "left."

PERSON = (
    Input(name="trigger", kind=Kind.CHOICE, title=_("What happens"), source="triggers"),
    Input(name="day", kind=Kind.DATE, title=_("Day"), needed=True),
    Input(name="time", kind=Kind.TIME, title=_("Time"), needed=True),
    Input(name="age", kind=Kind.WHOLE, title=_("Age of the resident"), help=_("Empty: not known.")),
    Input(name="district", kind=Kind.CHOICE, title=_("Home district"), source="districts-or-none"),
    Input(name="groups", kind=Kind.CHOICES, title=_("In the groups"), source="groups"),
    Input(name="people", kind=Kind.WHOLE, title=_("People in the household")),
    Input(name="children", kind=Kind.WHOLE, title=_("Children in the household")),
)
PLACE = (
    Input(name="place", kind=Kind.FEATURE, title=_("At the place"), source="features", help=_("Empty: not known.")),
    Input(name="merchant", kind=Kind.CODE, title=_("Merchant, by code")),
    Input(name="merchant_kind", kind=Kind.CHOICE, title=_("Kind of merchant"), source="merchant-kinds-or-none"),
    Input(name="merchant_groups", kind=Kind.CHOICES, title=_("Groups of merchants"), source="merchant-groups"),
    Input(
        name="further",
        kind=Kind.TEXT,
        title=_("Further facts (JSON)"),
        help=_('For experts, such as {"zones": ["boundaries/centre"]}.'),
    ),
)
LINES = Repeat(
    name="lines",
    title=_("Lines of the receipt"),
    add=_("Add a line"),
    rows_max=LINES_MAX,
    part=Part(
        inputs=(
            Input(name="category", kind=Kind.CODE, title=_("Category of lines"), needed=True),
            Input(name="quantity", kind=Kind.WHOLE, title=_("Units"), default="1", needed=True),
            Input(name="amount", kind=Kind.MONEY, title=_("Price of the line (€)"), needed=True),
            Input(name="gtin", kind=Kind.GTINS, title=_("Article number (GTIN)")),
            Input(name="discount", kind=Kind.MONEY, title=_("Expected: off (€)")),
        )
    ),
)
EXPECTED = (Input(name="points", kind=Kind.WHOLE, title=_("Expected: points")),)


def before(definition: dict[str, Any]) -> tuple[Input, ...]:
    """What the counters have and what is left of the limits, before this receipt."""
    counters = (
        Input(
            name=f"{BEFORE}{counter['code']}",
            kind=Kind.MONEY if counter["counts"] == "paid-cents" else Kind.WHOLE,
            title=_("Counter %(code)s so far") % {"code": counter["code"]},
        )
        for counter in definition.get("counters", [])
    )
    caps = (
        Input(
            name=f"{LEFT}{cap['code']}",
            kind=Kind.MONEY if cap["unit"] == "cents" else Kind.WHOLE,
            title=_("Left of the limit %(code)s") % {"code": cap["code"]},
            help=_("Empty: all of it."),
        )
        for cap in definition.get("caps", [])
    )
    return (*counters, *caps)


def bench(definition: dict[str, Any]) -> Part:
    return Part(inputs=(*PERSON, *PLACE, *before(definition), *EXPECTED), repeats=(LINES,))
