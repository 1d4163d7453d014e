"""What the city calls groups, districts, goods and funders, for the sentences that say a programme in words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language

from gis_platform.core.languages import text_of
from gis_platform.residents.models import Group
from layers.boundaries.models import Boundary
from layers.merchants.models import MerchantGroup
from rules.benefits.models import AlarmThreshold
from rules.benefits.vocabulary import NAMES
from rules.engine.messages import LANGUAGES

# Latvian, Lithuanian, English: goods as tills call them in their receipts' lines.
GOODS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "bus-ticket": ("autobusa biļetes", "autobuso bilietai", "bus tickets"),
        "season-ticket": ("mēnešbiļetes", "mėnesiniai bilietai", "season tickets"),
        "school-meal": ("skolas pusdienas", "mokyklos pietūs", "school meals"),
        "hobby-club": ("pulciņu maksa", "būrelių mokestis", "hobby club fees"),
        "library-copy": ("kopijas bibliotēkā", "kopijos bibliotekoje", "copies at the library"),
        "library-membership": ("lasītāja karte", "skaitytojo kortelė", "library membership"),
        "museum-ticket": ("muzeja biļetes", "muziejaus bilietai", "museum tickets"),
        "pool-ticket": ("baseina biļetes", "baseino bilietai", "pool tickets"),
        "ice-rink-ticket": ("ledus halles biļetes", "ledo arenos bilietai", "ice rink tickets"),
        "theatre-ticket": ("teātra biļetes", "teatro bilietai", "theatre tickets"),
    }
)


def spoken(language: str = "") -> str:
    """The language of the rules' texts that is nearest to the one asked for, or to the active one."""
    wanted = (language or get_language() or settings.CITY.language)[:2]
    return wanted if wanted in LANGUAGES else settings.CITY.language


def names(language: str) -> dict[str, str]:
    """By the keys of engine.speech.Speech, in one of the rules' languages."""
    place = LANGUAGES.index(language)
    known = {f"fact.{name}": texts[place] for name, texts in NAMES.items()}
    known |= {f"category/{code}": texts[place] for code, texts in GOODS.items()}
    known |= _named(language, Group.objects.all(), "resident.groups", "escort.groups")
    known |= _named(language, MerchantGroup.objects.all(), "merchant.groups")
    known |= _named(language, AlarmThreshold.objects.all(), "alarms", "sensor.alarm")
    areas = Boundary.objects.exclude(code="")
    known |= _named(language, areas, "resident.district", "feature/boundaries")
    boundaries = _named(language, areas, "zones", "zone.entered")
    return known | {key.replace("/", "/boundaries/", 1): name for key, name in boundaries.items()}


def _named(language: str, rows: Iterable[Model], *whats: str) -> dict[str, str]:
    pairs = [(getattr(row, "code", ""), getattr(row, f"name_{language}", "") or text_of(row, "name")) for row in rows]
    return {f"{what}/{code}": name for what in whats for code, name in pairs if name}
