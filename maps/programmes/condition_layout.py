"""The inputs of a condition: who, where, when, further numbers, and the expert's text."""

from django.utils.translation import gettext_lazy as _

from maps.programmes import schedules
from maps.programmes.choices import Among, AnyRow, Bound, Choice, Numbers, OneOf
from maps.programmes.conditions import FURTHER
from maps.programmes.inputs import Input, Kind
from maps.programmes.sheet import Part, Repeat

ROWS_MAX = 20
WEEKDAYS = (
    *(("1", _("Mo")), ("2", _("Tu")), ("3", _("We")), ("4", _("Th"))),
    *(("5", _("Fr")), ("6", _("Sa")), ("7", _("Su"))),
)

AGE_FROM = Input(name="when.age_from", kind=Kind.WHOLE, title=_("Age from"), help=_("Whole years."))
AGE_TO = Input(name="when.age_to", kind=Kind.WHOLE, title=_("Age to"), help=_("Included: under 7 is up to 6."))
ANY_GROUP = Input(name="when.any_group", kind=Kind.CHOICES, title=_("In any of these groups"), source="groups")
ALL_GROUPS = Input(name="when.all_groups", kind=Kind.CHOICES, title=_("In all of these groups"), source="groups")
NO_GROUP = Input(name="when.no_group", kind=Kind.CHOICES, title=_("In none of these groups"), source="groups")
DISTRICTS = Input(name="when.districts", kind=Kind.CHOICES, title=_("Lives in the district"), source="districts")
PLACES = Input(name="when.places", kind=Kind.CODES, title=_("Places, by code"), help=_("Several: with commas."))
PLACE_KINDS = Input(name="when.place_kinds", kind=Kind.CHOICES, title=_("Kinds of place"), source="place-kinds")
MERCHANTS = Input(
    name="when.merchants", kind=Kind.CODES, title=_("Merchants, by code"), help=_("Several: with commas.")
)
MERCHANT_KINDS = Input(
    name="when.merchant_kinds", kind=Kind.CHOICES, title=_("Kinds of merchant"), source="merchant-kinds"
)
MERCHANT_GROUPS = Input(
    name="when.merchant_groups", kind=Kind.CHOICES, title=_("Groups of merchants"), source="merchant-groups"
)
FURTHER_INPUT = Input(
    name=FURTHER,
    kind=Kind.CONDITION,
    title=_("Any further condition (CQL2)"),
    help=_("For experts: everything that the choices above cannot say, such as receipt.total >= 500 (cents)."),
)

AREAS = Repeat(
    name="when.areas",
    title=_("Inside one of these areas"),
    add=_("Add an area"),
    rows_max=ROWS_MAX,
    part=Part(
        inputs=(
            Input(
                name="who",
                kind=Kind.CHOICE,
                title=_("Who or what"),
                choices=((schedules.PLACE, _("the till's place")), (schedules.PERSON, _("the person"))),
            ),
            Input(name="feature", kind=Kind.FEATURE, title=_("Area"), needed=True, source="features"),
        )
    ),
)
NEAR = Repeat(
    name="when.near",
    title=_("Near one of these places"),
    add=_("Add a distance"),
    rows_max=ROWS_MAX,
    part=Part(
        inputs=(
            Input(name="metres", kind=Kind.WHOLE, title=_("Within metres"), needed=True),
            Input(name="feature", kind=Kind.FEATURE, title=_("Of"), needed=True, source="features"),
        )
    ),
)
WEEK = Repeat(
    name="when.week",
    title=_("At one of these times"),
    help=_("A line holds when all that is filled in holds; of several lines one is enough."),
    add=_("Add a time"),
    rows_max=ROWS_MAX,
    part=Part(
        inputs=(
            Input(name="days", kind=Kind.CHOICES, title=_("Weekdays"), choices=WEEKDAYS),
            Input(name="from", kind=Kind.TIME, title=_("From")),
            Input(name="to", kind=Kind.TIME, title=_("Until"), help=_("Not included; empty: midnight.")),
            Input(
                name="holiday",
                kind=Kind.CHOICE,
                title=_("Public holidays"),
                choices=(
                    ("", _("as any other day")),
                    (schedules.NOT, _("not on public holidays")),
                    (schedules.ONLY, _("only on public holidays")),
                ),
            ),
        )
    ),
)
PERIODS = Repeat(
    name="when.periods",
    title=_("In one of these periods"),
    add=_("Add a period"),
    rows_max=ROWS_MAX,
    part=Part(
        inputs=(
            Input(name="first", kind=Kind.DATE, title=_("First day")),
            Input(name="last", kind=Kind.DATE, title=_("Last day")),
        )
    ),
)
NUMBERS = Repeat(
    name="when.numbers",
    title=_("Counters, household, total"),
    help=_("All lines have to hold. Amounts in euros."),
    add=_("Add a number"),
    rows_max=ROWS_MAX,
    part=Part(
        inputs=(
            Input(name="fact", kind=Kind.CHOICE, title=_("What"), needed=True, source="numbers"),
            Input(name="least", kind=Kind.TEXT, title=_("At least")),
            Input(name="most", kind=Kind.TEXT, title=_("At most")),
        )
    ),
)

WHO: tuple[Choice, ...] = (
    Bound(input=AGE_FROM, fact="resident.age", operation=">="),
    Bound(input=AGE_TO, fact="resident.age", operation="<="),
    Among(input=ANY_GROUP, fact="resident.groups", operation="a_overlaps"),
    Among(input=ALL_GROUPS, fact="resident.groups", operation="a_contains"),
    Among(input=NO_GROUP, fact="resident.groups", operation="a_overlaps", negated=True),
    OneOf(input=DISTRICTS, fact="resident.district"),
)
WHERE: tuple[Choice, ...] = (
    OneOf(input=PLACES, fact="place.code"),
    OneOf(input=PLACE_KINDS, fact="place.category"),
    OneOf(input=MERCHANTS, fact="merchant.code"),
    OneOf(input=MERCHANT_KINDS, fact="merchant.category"),
    Among(input=MERCHANT_GROUPS, fact="merchant.groups", operation="a_overlaps"),
    AnyRow(repeat=AREAS, write_row=schedules.area, read_row=schedules.area_row),
    AnyRow(repeat=NEAR, write_row=schedules.near, read_row=schedules.near_row),
)
WHEN: tuple[Choice, ...] = (
    AnyRow(repeat=WEEK, write_row=schedules.week, read_row=schedules.week_row),
    AnyRow(repeat=PERIODS, write_row=schedules.period, read_row=schedules.period_row),
    Numbers(repeat=NUMBERS),
)
CHOICES: tuple[Choice, ...] = (*WHO, *WHERE, *WHEN)

CONDITION = Part(
    inputs=(
        *(AGE_FROM, AGE_TO, ANY_GROUP, ALL_GROUPS, NO_GROUP, DISTRICTS),
        *(PLACES, PLACE_KINDS, MERCHANTS, MERCHANT_KINDS, MERCHANT_GROUPS),
        FURTHER_INPUT,
    ),
    repeats=(AREAS, NEAR, WEEK, PERIODS, NUMBERS),
)
# Who pays is a matter of the person alone; for anything else there is the expert's text.
FUNDING_CHOICES: tuple[Choice, ...] = WHO
FUNDING_CONDITION = Part(
    inputs=(AGE_FROM, AGE_TO, ANY_GROUP, ALL_GROUPS, NO_GROUP, DISTRICTS, FURTHER_INPUT), repeats=()
)
