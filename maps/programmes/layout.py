"""The inputs of a definition: triggers, rules with target and effect, counters, tariffs, caps, who pays."""

from django.utils.translation import gettext_lazy as _

from maps.programmes.condition_layout import CONDITION, FUNDING_CONDITION
from maps.programmes.inputs import Input, Kind
from maps.programmes.sheet import Part, Repeat
from rules.engine.forms.definition import CAPS_MAX, COUNTERS_MAX, FUNDERS_MAX, RULES_MAX, TARIFFS_MAX
from rules.engine.forms.targets import PARTS_MAX

PRICES_MAX = 500
EFFECT, TARGET = "effect.kind", "target.kind"
MONEY_EFFECTS = ("amount", "fixed-price", "bundle", "pay-at-most", "voucher")
PERIODS = (
    ("day", _("a day")),
    ("week", _("a week (from Monday)")),
    ("month", _("a month")),
    ("year", _("a year")),
    ("always", _("without a period")),
)

LINES = (
    Input(
        name="categories",
        path="categories",
        kind=Kind.CODES,
        title=_("Categories of lines"),
        help=_("Codes with commas, as the tills send them: bus-ticket, swimming."),
    ),
    Input(
        name="gtins", path="gtins", kind=Kind.GTINS, title=_("Article numbers (GTIN)"), help=_("Several: with commas.")
    ),
    Input(name="units_min", path="units_min", kind=Kind.WHOLE, title=_("At least units")),
    Input(name="units_max", path="units_max", kind=Kind.WHOLE, title=_("At most units")),
    Input(
        name="order",
        path="order",
        kind=Kind.CHOICE,
        title=_("Which units first"),
        default="cheapest",
        choices=(("cheapest", _("the cheapest")), ("dearest", _("the dearest"))),
    ),
    Input(
        name="when",
        path="when",
        kind=Kind.CONDITION,
        title=_("Further condition on the line (CQL2)"),
        help=_("For experts, such as line.unit_price <= 150 (cents)."),
    ),
)


def _under(prefix: str, inputs: tuple[Input, ...], only: tuple[str, tuple[str, ...]]) -> tuple[Input, ...]:
    return tuple(
        Input(**vars(one) | {"name": f"{prefix}{one.name}", "path": f"{prefix}{one.path}", "only": only})
        for one in inputs
    )


TARGET_INPUTS = (
    Input(
        name=TARGET,
        path=TARGET,
        kind=Kind.CHOICE,
        title=_("For what"),
        choices=(
            ("receipt", _("the whole receipt")),
            ("lines", _("some lines")),
            ("set", _("a set of several parts")),
        ),
    ),
    *_under("target.", LINES, (TARGET, ("lines",))),
)
SET_PARTS = Repeat(
    name="target.parts",
    path="target.parts",
    title=_("Parts of the set"),
    help=_("Every part has to be on the receipt, such as two adults and up to four children."),
    add=_("Add a part"),
    rows_max=PARTS_MAX,
    part=Part(inputs=LINES),
    only=(TARGET, ("set",)),
)


def _effect(name: str, kind: Kind, title: object, *of: str, path: str = "", **rest: object) -> Input:
    values = {"name": f"effect.{name}", "path": f"effect.{path or name}", "kind": kind, "title": title}
    return Input(**values | {"only": (EFFECT, of)} | rest)  # type: ignore[arg-type]


EFFECT_INPUTS = (
    Input(
        name=EFFECT,
        path=EFFECT,
        kind=Kind.CHOICE,
        title=_("What is given"),
        choices=(
            ("percent", _("per cent off")),
            ("amount", _("an amount off")),
            ("fixed-price", _("a fixed price of each unit")),
            ("free-quantity", _("some units free, such as 3 for 2")),
            ("bundle", _("several units for one price")),
            ("tariff", _("prices of a tariff")),
            ("pay-at-most", _("a limit of what is paid (fare cap)")),
            ("points", _("points")),
            ("voucher", _("a voucher for later")),
        ),
    ),
    _effect("basis_points", Kind.PERCENT, _("Per cent"), "percent", needed=True, help=_("100 is free.")),
    _effect("cents_max", Kind.MONEY, _("At most (€)"), "percent"),
    _effect(
        *("rounding.way", Kind.CHOICE, _("Rounded"), "percent"),
        default="half-up",
        choices=(("half-up", _("to the nearest")), ("down", _("down")), ("up", _("up"))),
    ),
    _effect(
        "rounding.step_cents", Kind.MONEY, _("To steps of (€)"), "percent", default="0,01", help=_("Such as 0,05.")
    ),
    _effect(
        *("rounding.of", Kind.CHOICE, _("What is rounded"), "percent"),
        default="discount",
        choices=(("discount", _("the discount")), ("unit-price", _("the price of a unit"))),
    ),
    _effect("cents", Kind.MONEY, _("Amount (€)"), *MONEY_EFFECTS, needed=True),
    _effect(
        *("amount_per", Kind.CHOICE, _("Off what"), "amount"),
        path="per",
        default="receipt",
        choices=(("receipt", _("all together")), ("unit", _("each unit"))),
    ),
    _effect("bought", Kind.WHOLE, _("Units to pay"), "free-quantity", needed=True),
    _effect("free", Kind.WHOLE, _("Units free"), "free-quantity", needed=True),
    _effect("units", Kind.WHOLE, _("Units in one bundle"), "bundle", help=_("Empty: all units together.")),
    _effect("tariff", Kind.CODE, _("Tariff"), "tariff", needed=True, source="tariffs"),
    _effect(
        *("counter", Kind.CODE, _("Counter"), "pay-at-most", "free-quantity"),
        source="counters",
        help=_("For a fare cap one of paid amounts; for free units one of units, or empty for this receipt alone."),
    ),
    _effect("points", Kind.WHOLE, _("Points"), "points", needed=True),
    _effect(
        *("points_per", Kind.CHOICE, _("For each"), "points"),
        path="per",
        default="decision",
        choices=(("decision", _("decision")), ("unit", _("unit")), ("euro", _("whole euro paid"))),
    ),
    _effect("valid_days", Kind.WHOLE, _("Valid for days"), "voucher", needed=True),
    _effect("categories", Kind.CODES, _("For categories of lines"), "voucher", help=_("Empty: for any.")),
)

RULES = Repeat(
    name="rules",
    path="rules",
    title=_("Rules"),
    add=_("Add a rule"),
    rows_max=RULES_MAX,
    part=Part(
        inputs=(
            Input(name="id", path="id", kind=Kind.CODE, title=_("Code of the rule"), needed=True),
            *CONDITION.inputs,
            *TARGET_INPUTS,
            *EFFECT_INPUTS,
            Input(
                name="group.code",
                path="group.code",
                kind=Kind.CODE,
                title=_("Competes in the group"),
                needed=True,
                default="general",
                help=_("Rules of all programmes with the same group compete, such as transport."),
            ),
            Input(
                name="group.mode",
                path="group.mode",
                kind=Kind.CHOICE,
                title=_("Which rule wins a line"),
                choices=(
                    ("best", _("the best for the resident")),
                    ("first", _("the first by its number")),
                    ("all", _("all of them, one on top of the other")),
                ),
            ),
            Input(
                name="priority",
                path="priority",
                kind=Kind.WHOLE,
                title=_("Number in the order"),
                default="100",
                help=_("0 to 1000; a lower one comes first."),
            ),
        ),
        repeats=(*CONDITION.repeats, SET_PARTS),
    ),
)
COUNTERS = Repeat(
    name="counters",
    path="counters",
    title=_("Counters"),
    help=_("What each person has done so far, for transfers, every nth ride and fare caps."),
    add=_("Add a counter"),
    rows_max=COUNTERS_MAX,
    part=Part(
        inputs=(
            Input(name="code", path="code", kind=Kind.CODE, title=_("Code of the counter"), needed=True),
            Input(
                name="counts",
                path="counts",
                kind=Kind.CHOICE,
                title=_("Counts"),
                choices=(("units", _("units")), ("paid-cents", _("what was paid")), ("receipts", _("receipts"))),
            ),
            Input(
                name="period",
                path="period",
                kind=Kind.CHOICE,
                title=_("In"),
                choices=(*PERIODS, ("minutes", _("minutes from the first"))),
            ),
            Input(
                name="minutes",
                path="period.minutes",
                kind=Kind.WHOLE,
                title=_("Minutes"),
                needed=True,
                only=("period", ("minutes",)),
            ),
            Input(
                name="categories",
                path="categories",
                kind=Kind.CODES,
                title=_("Categories of lines"),
                help=_("Empty: all of them."),
            ),
        )
    ),
)
TARIFFS = Repeat(
    name="tariffs",
    path="tariffs",
    title=_("Tariffs"),
    help=_("Prices of a unit by the category of the line."),
    add=_("Add a tariff"),
    rows_max=TARIFFS_MAX,
    part=Part(
        inputs=(Input(name="code", path="code", kind=Kind.CODE, title=_("Code of the tariff"), needed=True),),
        repeats=(
            Repeat(
                name="prices",
                path="prices",
                title=_("Prices"),
                add=_("Add a price"),
                rows_max=PRICES_MAX,
                mapping=("category", "cents"),
                part=Part(
                    inputs=(
                        Input(name="category", kind=Kind.CODE, title=_("Category of lines"), needed=True),
                        Input(name="cents", kind=Kind.MONEY, title=_("Price (€)"), needed=True),
                    )
                ),
            ),
        ),
    ),
)
CAPS = Repeat(
    name="caps",
    path="caps",
    title=_("Limits"),
    help=_("How much the programme gives at most, over all of its rules."),
    add=_("Add a limit"),
    rows_max=CAPS_MAX,
    part=Part(
        inputs=(
            Input(name="code", path="code", kind=Kind.CODE, title=_("Code of the limit"), needed=True),
            Input(
                name="per",
                path="per",
                kind=Kind.CHOICE,
                title=_("For each"),
                default="person",
                choices=(
                    ("person", _("person")),
                    ("household", _("household")),
                    ("programme", _("programme (all people together)")),
                    ("merchant", _("merchant")),
                    ("receipt", _("receipt")),
                ),
            ),
            Input(name="period", path="period", kind=Kind.CHOICE, title=_("In"), choices=PERIODS),
            Input(
                name="unit",
                path="unit",
                kind=Kind.CHOICE,
                title=_("Of"),
                choices=(
                    ("units", _("units")),
                    ("grants", _("times that it gave anything")),
                    ("cents", _("euros")),
                    ("points", _("points")),
                ),
            ),
            Input(
                name="limit",
                path="limit",
                kind=Kind.WHOLE,
                title=_("At most"),
                needed=True,
                only=("unit", ("units", "grants", "points")),
            ),
            Input(
                name="limit_cents",
                path="limit",
                kind=Kind.MONEY,
                title=_("At most (€)"),
                needed=True,
                only=("unit", ("cents",)),
            ),
        )
    ),
)
FUNDERS = Repeat(
    name="funders",
    path="funders",
    title=_("Who else pays"),
    help=_("The first line that holds pays; where none does, the programme's funder."),
    add=_("Add a funder"),
    rows_max=FUNDERS_MAX,
    part=Part(
        inputs=(
            *FUNDING_CONDITION.inputs,
            Input(name="funder", path="funder", kind=Kind.CODE, title=_("Funder"), needed=True, source="funders"),
        )
    ),
)
TRIGGERS = Input(
    name="triggers", path="triggers", kind=Kind.CHOICES, title=_("What starts it"), needed=True, source="triggers"
)
DEFINITION = Part(
    inputs=(TRIGGERS, *CONDITION.inputs),
    repeats=(*CONDITION.repeats, RULES, COUNTERS, TARIFFS, CAPS, FUNDERS),
)
