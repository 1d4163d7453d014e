"""Which offers reach a position: one statement for one position or ten thousand, by the index of their reaches.

How each kind of position is judged:
- within the reach, or exactly on its edge: inside;
- outside: nothing, and whoever had been inside is so no more, once the reach is further away than the position may be
  wrong, LEAVING_M at least. A phone that trembles at the edge neither leaves nor enters;
- older than two minutes, or from a clock that far ahead: refused ("position-too-old");
- with an accuracy worse than 100 m: refused ("position-too-imprecise"). A place, beacon or route with a small reach
  asks for more: an accuracy no worse than its metres, PRECISE_M at least; until then it is as if it were outside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from gis_platform.core import prepared

LEAVING_M = 25.0
PRECISE_M = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    longitude: float
    latitude: float
    accuracy_m: float


def reached(positions: Sequence[Position], *, at: datetime) -> list[tuple[int, int]]:
    """Pairs of a position's index and the id of an offer that holds at the moment and reaches it."""
    return prepared.rows(
        "loyalty_offers_reached",
        {
            "longitudes": [position.longitude for position in positions],
            "latitudes": [position.latitude for position in positions],
            "accuracies": [position.accuracy_m for position in positions],
            "at": at,
            "precise_m": PRECISE_M,
        },
    )


def not_left(position: Position, offers: Iterable[int]) -> set[int]:
    """Those of the offers whose reach is too near to say that the position is outside."""
    ids = list(offers)
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM loyalty_offer WHERE id = ANY(%s)"
            " AND ST_DWithin(reach::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography, %s)",
            [ids, position.longitude, position.latitude, max(LEAVING_M, position.accuracy_m)],
        )
        return {offer_id for (offer_id,) in cursor.fetchall()}
