"""Speaking one language: phrases from the table, names of the city, money, plurals, lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gis_platform.core import money
from rules.engine.messages import LANGUAGES
from rules.engine.phrases import COUNTED, MONTHS, PHRASES, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Speech:
    """`names` are the city's, by `<what>/<code>`: `resident.groups/pupil`, `category/bus-ticket`, `feature/district/c`,
    `funder/city`; and the facts', by `fact.<name>`. What has no name there is called by its code.
    """

    language: str
    names: Mapping[str, str]

    @property
    def place(self) -> int:
        return LANGUAGES.index(self.language)

    def say(self, key: str, *values: Any, **named: Any) -> str:
        return PHRASES[key][self.place].format(*values, **named)

    def name(self, what: str, code: Any) -> str:
        return self.names.get(f"{what}/{code}", str(code))

    def fact(self, name: str) -> str:
        key = f"fact.{name}"
        return self.say(key) if key in PHRASES else self.names.get(key, name)

    def money(self, cents: int) -> str:
        return money.display(cents, language=self.language)

    def listed(self, parts: Sequence[str], *, by: str) -> str:
        """
        >>> Speech("en", {}).listed(["pupils", "students", "families"], by="or")
        'pupils, students or families'
        """
        return self.say(by).join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)

    def counted(self, number: int, word: str) -> str:
        """
        >>> [Speech("lt", {}).counted(number, "day") for number in (1, 2, 10, 11, 21)]
        ['1 dieną', '2 dienas', '10 dienų', '11 dienų', '21 dieną']
        >>> [Speech("lv", {}).counted(number, "day") for number in (1, 11, 21)]
        ['1 dienu', '11 dienas', '21 dienu']
        """
        forms = COUNTED[word][self.place]
        return forms[_form(number, self.language)].format(number)

    def weekdays(self, days: Iterable[int]) -> str:
        """
        >>> Speech("en", {}).weekdays([1, 2, 3, 4, 5]), Speech("lt", {}).weekdays([7])
        ('on weekdays', 'sekmadieniais')
        """
        chosen = sorted(days)
        if chosen == [1, 2, 3, 4, 5]:
            return self.say("weekdays")
        if chosen == [6, 7]:
            return self.say("weekends")
        names = [WEEKDAYS[self.place][day - 1] for day in chosen]
        return self.say("weekday", names=self.listed(names, by="and")) if names else self.say("never")

    def months(self, months: Iterable[int]) -> str:
        names = [MONTHS[self.place][month - 1] for month in sorted(months)]
        return self.say("month", names=self.listed(names, by="and")) if names else self.say("never")


def _form(number: int, language: str) -> int:
    """0 for one, 1 for few, 2 for many (Unicode CLDR plural rules)."""
    last, last_two = number % 10, number % 100
    if language == "en":
        return 0 if number == 1 else 1
    if last == 1 and last_two != 11:
        return 0
    few = language == "lt" and 2 <= last <= 9 and not 11 <= last_two <= 19
    return 1 if few or language == "lv" else 2
