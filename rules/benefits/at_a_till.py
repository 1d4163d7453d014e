"""All that a till's question asks before it is decided, read in one statement: its device, the resident, the limits.

What is read is proven afterwards, in the order of the whole way: a wrong key, card or receipt is refused with the same
words, and who may not ask learns nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from gis_platform.core import clock, prepared
from gis_platform.devices import signatures
from gis_platform.devices.models import Device
from gis_platform.identity.keys import prefix_of
from gis_platform.residents.services import kept_under, recognised
from gis_platform.residents.standing import ADULT_FROM, Recognised
from rules.benefits.facts import CHECK_IN
from rules.benefits.limits import starts
from rules.benefits.queries import Before

PERSON = len(signatures.READ)  # where the columns of the resident begin
KNOWN = PERSON + 11  # and those of what a decision has to know
HANDLE = PERSON + 3


@dataclass(frozen=True, slots=True)
class AtATill:
    """For a purchase at an instant, if it is one that may be."""

    at: datetime
    row: tuple[Any, ...] | None

    @classmethod
    def read(cls, *, key: str, kind: str, token: str, purchased_at: datetime | None) -> Self | None:
        """None for a card that is changed by being shown, or is refused: that is not read ahead."""
        kept = kept_under(kind, token)
        if kept is None:
            return None
        now = clock.now()
        at = min(purchased_at or now, now)
        day = clock.local(at).date()
        row = prepared.row(
            "benefits_at_a_till",
            {
                "prefix": prefix_of(key, kind="device") or "", "now": now, "kind": kept[0], "token_hash": kept[1],
                "adult_from": ADULT_FROM, "check_in": CHECK_IN, "at": at, "day": day, "starts": starts(day),
            },
        )  # fmt: skip
        return cls(at, row)

    @property
    def device(self) -> Device | None:
        return None if self.row is None else signatures.as_read(self.row[:PERSON])

    def recognised(self) -> Recognised:
        """Raises one of the family of MeansRefused."""
        known = self.row is not None and self.row[HANDLE] is not None
        return recognised(self.row[PERSON:KNOWN] if self.row and known else None)

    def known(self) -> Before:
        assert self.row is not None
        return Before.of(self.row[KNOWN:])
