"""Query options ($top, $skip ...): those that are offered are checked, the others refused by name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from ogc_api.parameters import whole_number
from ogc_api.sensorthings.entities import EPOCH
from ogc_api.sensorthings.errors import NotOffered
from ogc_api.sensorthings.resources import OBSERVATIONS, Selection

TOP_DEFAULT = 100
TOP_MAX = 1000
SKIP_MAX = 10_000  # further on, the links lead through $skiptoken
OFFERED = {"$top", "$skip", "$count", "$orderby", "$skiptoken"}
KNOWN = {"$expand", "$filter", "$select", "$resultFormat", "$search", "$format"}


@dataclass(frozen=True, kw_only=True)
class Options:
    top: int
    skip: int
    count: bool
    newest_first: bool
    after: datetime | None


def read_options(query: QueryDict, selection: Selection) -> Options:
    """Raises NotOffered for what the standard knows and this service does not do, InvalidInput for the rest."""
    for name in query:
        if name in KNOWN:
            raise NotOffered(_("The query option %(name)s is not offered.") % {"name": name})
        if name not in OFFERED:
            raise InvalidInput(_("There is no query option called “%(name)s”.") % {"name": name[:40]})
    if selection.one and query:
        raise InvalidInput(_("A single entity takes no query options."))
    return Options(
        top=min(whole_number(query, "$top", default=TOP_DEFAULT, minimum=0, maximum=10**9), TOP_MAX),
        skip=whole_number(query, "$skip", default=0, minimum=0, maximum=SKIP_MAX),
        count=_count(query.get("$count", "false"), selection),
        newest_first=_newest_first(query.get("$orderby", ""), selection),
        after=_after(query.get("$skiptoken", ""), selection),
    )


def _in_a_datastream(selection: Selection) -> bool:
    return selection.entities.name == OBSERVATIONS and selection.value("stream_id") is not None


def _count(text: str, selection: Selection) -> bool:
    if text not in ("true", "false"):
        raise InvalidInput(_("$count is true or false."))
    if text == "true" and selection.entities.name == OBSERVATIONS and not _in_a_datastream(selection):
        raise NotOffered(_("Observations are counted within a datastream: Datastreams(…)/Observations."))
    return text == "true"


def _newest_first(text: str, selection: Selection) -> bool:
    if not text:
        return False
    words = text.split()
    if not _in_a_datastream(selection) or words[0] != "phenomenonTime" or words[1:] not in ([], ["asc"], ["desc"]):
        raise NotOffered(_("Only a datastream's observations can be ordered, by phenomenonTime, asc or desc."))
    return words[1:] == ["desc"]


def _after(text: str, selection: Selection) -> datetime | None:
    if not text:
        return None
    digits = text.removeprefix("-")
    if not _in_a_datastream(selection) or not (digits.isascii() and digits.isdigit() and len(digits) <= 16):
        raise InvalidInput(_("$skiptoken is only understood as a link to the next page gives it."))
    return EPOCH + timedelta(microseconds=int(text))
