"""The two cities this platform can be deployed for. One deployment serves one of them."""

from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class City:
    """What differs between cities: language order, law calendar, clock, metric grid and where the map starts.

    `centre` is (longitude, latitude) and `bounds` (west, south, east, north), both in EPSG:4326 degrees. Features that
    lie outside of `bounds` are refused by edits and imports of the city's own layers unless said otherwise.
    """

    id: str
    name: str
    country: str  # ISO 3166-1 alpha-2, also the calendar of public holidays
    languages: tuple[str, ...]  # the first is the city's own
    time_zone: ZoneInfo
    metric_srid: int  # the national grid, metres
    centre: tuple[float, float]
    zoom: float
    bounds: tuple[float, float, float, float]
    adult_from: int = 18  # years: there guardianship ends by itself

    @property
    def language(self) -> str:
        return self.languages[0]


CITIES = MappingProxyType(
    {
        city.id: city
        for city in (
            City(
                id="jelgava",
                name="Jelgava",
                country="LV",
                languages=("lv", "en", "lt"),
                time_zone=ZoneInfo("Europe/Riga"),
                metric_srid=3059,
                centre=(23.7270, 56.6511),
                zoom=13.2,
                bounds=(23.20, 56.30, 24.20, 56.90),
            ),
            City(
                id="siauliai",
                name="Šiauliai",
                country="LT",
                languages=("lt", "en", "lv"),
                time_zone=ZoneInfo("Europe/Vilnius"),
                metric_srid=3346,
                centre=(23.3140, 55.9330),
                zoom=12.8,
                bounds=(22.70, 55.60, 23.90, 56.30),
            ),
        )
    }
)
