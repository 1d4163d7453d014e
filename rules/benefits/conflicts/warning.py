"""What an author should look at: rules that never match or never win, groups of one, caps that never bite."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, permutations

from rules.benefits.conflicts.branches import Branch, branches, facts_of, refusals
from rules.benefits.conflicts.finding import BRANCHES_MAX, Dated
from rules.benefits.conflicts.moments import NAMES, Window
from rules.benefits.conflicts.receipts import never_share
from rules.benefits.conflicts.solving import Verdict, solve
from rules.engine.definition import COUNTER, Rule
from rules.engine.forms import Cap, Mode, Percent, Period, SetTarget

ALWAYS_KNOWN = NAMES | {"trigger"}
LENGTHS = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.YEAR: 366, Period.ALWAYS: 100_000}


class Kind(StrEnum):
    NEVER_MATCHES = "never-matches"
    ALWAYS_OUTRANKED = "always-outranked"
    GROUP_OF_ONE = "group-of-one"
    CAP_NEVER_BITES = "cap-never-bites"


@dataclass(frozen=True, slots=True)
class Warned:
    """`about` is a rule or a cap of the subject, `by` the programme/rule or cap that makes it so."""

    kind: Kind
    about: str
    by: str = ""


def warnings(subject: Dated, others: Iterable[Dated]) -> list[Warned]:
    """Only what is proved; the others are those in force in the same time."""
    beside = [other for other in others if other.code != subject.code and subject.meets(other) is not None]
    return [
        *_never_matching(subject),
        *_outranked(subject, beside),
        *_alone(subject, beside),
        *_caps_that_never_bite(subject.programme.caps),
    ]


def _never_matching(subject: Dated) -> Iterator[Warned]:
    for rule in subject.programme.rules:
        if never_share(rule, rule) or not _possible(_ways(rule), subject, subject.programme.form.triggers):
            yield Warned(Kind.NEVER_MATCHES, rule.id)


def _outranked(subject: Dated, beside: Sequence[Dated]) -> Iterator[Warned]:
    sides = [(subject, rule) for rule in subject.programme.rules]
    rivals = [*sides, *((other, rule) for other in beside for rule in other.programme.rules)]
    for _, rule in sides:
        winner = next((one for dated, one in rivals if _always_before(subject, rule, dated, one)), None)
        if winner is not None:
            yield Warned(Kind.ALWAYS_OUTRANKED, rule.id, "/".join(winner.key))


def _always_before(subject: Dated, rule: Rule, dated: Dated, rival: Rule) -> bool:
    """Whether the rival matches wherever the rule does, takes its lines too, and comes first."""
    group = rule.form.group
    if rival.key == rule.key or rival.form.group.code != group.code or group.mode is Mode.ALL:
        return False
    if not _holds_as_long(dated, subject) or not set(subject.programme.form.triggers) <= set(
        dated.programme.form.triggers
    ):
        return False
    return _comes_first(rule, rival) and _takes_as_much(rule, rival) and _implied(subject, rule, rival)


def _holds_as_long(dated: Dated, subject: Dated) -> bool:
    ends_later = dated.end_day is None or (subject.end_day is not None and subject.end_day <= dated.end_day)
    return dated.first_day <= subject.first_day and ends_later


def _comes_first(rule: Rule, rival: Rule) -> bool:
    """Proved for two percentages alone: other effects depend on the prices."""
    one, two = rule.form.effect, rival.form.effect
    if not isinstance(one, Percent) or not isinstance(two, Percent) or two.cents_max is not None:
        return False
    if one.rounding != two.rounding or two.basis_points < one.basis_points:
        return False
    ahead = (rival.form.priority, *rival.key) < (rule.form.priority, *rule.key)
    return ahead if rule.form.group.mode is Mode.FIRST or one.basis_points == two.basis_points else True


def _takes_as_much(rule: Rule, rival: Rule) -> bool:
    """Line by line, so that no rounding over several lines comes between."""
    if isinstance(rule.form.target, SetTarget) or isinstance(rival.form.target, SetTarget) or rival.target.whole:
        return False
    (wide,) = rival.target.choices
    if wide.condition is not None or wide.form.units_min > 1 or wide.form.units_max or wide.form.gtins is not None:
        return False
    if wide.form.categories is None:
        return not rule.target.whole
    narrow = [choice.form.categories for choice in rule.target.choices]
    return bool(narrow) and all(listed is not None and set(listed) <= set(wide.form.categories) for listed in narrow)


def _implied(subject: Dated, rule: Rule, rival: Rule) -> bool:
    """Whether each way in which the rule holds leaves no way for the rival not to: neither false, nor unknown."""
    for condition in rival.conditions:
        asked = {fact.name for fact in facts_of(condition.expression) if not fact.name.startswith(COUNTER)}
        refused = list(islice(refusals(condition.expression, rival.programme), BRANCHES_MAX + 1))
        for count, way in enumerate(_ways(rule)):
            if count >= BRANCHES_MAX or len(refused) > BRANCHES_MAX or not asked <= _known(way):
                return False
            if _possible([way + other for other in refused], subject, subject.programme.form.triggers):
                return False
    return True


def _known(way: Branch) -> set[str]:
    """The facts without which the way could not hold."""
    alone = [atom for atom in way if len(atom.facts) == 1 and atom.expression.op != "isNull"]
    return {name for atom in alone for _, name in atom.facts} | ALWAYS_KNOWN


def _ways(rule: Rule) -> Iterator[Branch]:
    return branches([(rule.programme, condition.expression) for condition in rule.conditions])


def _possible(ways: Iterable[Branch], subject: Dated, triggers: Sequence[str]) -> bool:
    """True also where it was not found out."""
    window = Window(subject.first_day, subject.end_day)
    for count, way in enumerate(ways):
        if count >= BRANCHES_MAX or solve(way, window, triggers=triggers).verdict is not Verdict.IMPOSSIBLE:
            return True
    return False


def _alone(subject: Dated, beside: Sequence[Dated]) -> Iterator[Warned]:
    members: dict[str, int] = {}
    for dated in (subject, *beside):
        for rule in dated.programme.rules:
            members[rule.form.group.code] = members.get(rule.form.group.code, 0) + 1
    for rule in subject.programme.rules:
        if members[rule.form.group.code] == 1:
            yield Warned(Kind.GROUP_OF_ONE, rule.id, rule.form.group.code)


def _caps_that_never_bite(caps: Sequence[Cap]) -> Iterator[Warned]:
    """A cap with as much room as another one that lasts as long or longer is never reached first."""
    for cap, other in permutations(caps, 2):
        if cap.unit is other.unit and cap.per is other.per and _never_bites(cap, other):
            yield Warned(Kind.CAP_NEVER_BITES, cap.code, other.code)
            return


def _never_bites(cap: Cap, other: Cap) -> bool:
    """A week may lie in two months or years, and then use up both of them; a day lies in one."""
    if cap.period is other.period:
        return (other.limit, other.code) < (cap.limit, cap.code)
    within = LENGTHS[cap.period] < LENGTHS[other.period]
    if cap.period is Period.WEEK:
        within = other.period is Period.ALWAYS
    return within and cap.limit >= other.limit
