"""The words of the EU's vocabularies and of SPDX that the catalogue speaks.

Source: EU Vocabularies (Publications Office), tables data-theme, frequency, language, file-type, access-right, licence.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from layers.catalog import Text

AUTHORITY = "http://publications.europa.eu/resource/authority"
DATA_THEMES = f"{AUTHORITY}/data-theme"
IANA = "https://www.iana.org/assignments/media-types"

THEMES: dict[str, Text] = {
    "AGRI": _("Agriculture, fisheries, forestry and food"),
    "ECON": _("Economy and finance"),
    "EDUC": _("Education, culture and sport"),
    "ENER": _("Energy"),
    "ENVI": _("Environment"),
    "GOVE": _("Government and public sector"),
    "HEAL": _("Health"),
    "INTR": _("International issues"),
    "JUST": _("Justice, legal system and public safety"),
    "REGI": _("Regions and cities"),
    "SOCI": _("Population and society"),
    "TECH": _("Science and technology"),
    "TRAN": _("Transport"),
}
FREQUENCIES: dict[str, Text] = {
    "UPDATE_CONT": _("all the time"),
    "DAILY": _("every day"),
    "WEEKLY": _("every week"),
    "MONTHLY": _("every month"),
    "ANNUAL": _("every year"),
    "IRREG": _("when something changes"),
}
LANGUAGES = {"lv": "LAV", "lt": "LIT", "en": "ENG"}
COUNTRIES = {"LV": "LVA", "LT": "LTU"}


@dataclass(frozen=True, kw_only=True)
class Licence:
    """`spdx` is "other" for a licence without an identifier; `iri` is what DCAT names it by."""

    spdx: str
    url: str
    iri: str


def _licence(spdx: str, url: str, code: str = "") -> Licence:
    return Licence(spdx=spdx, url=url, iri=f"{AUTHORITY}/licence/{code}" if code else url)


LICENCES = {
    licence.spdx: licence
    for licence in (
        _licence("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        _licence("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "CC_BYSA_4_0"),
        _licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        _licence("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        _licence("ODC-By-1.0", "https://opendatacommons.org/licenses/by/1-0/"),
        _licence("PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    )
}
_by_folded_name = {name.casefold(): licence for name, licence in LICENCES.items()}


def licence_of(text: str, *, explained_at: str) -> Licence:
    """The licence of that SPDX identifier; any other text leads to itself, or to the page that says more.

    >>> licence_of("cc-by-4.0", explained_at="").spdx
    'CC-BY-4.0'
    >>> licence_of("https://example.org/terms", explained_at="").url
    'https://example.org/terms'
    """
    if known := _by_folded_name.get(text.strip().casefold()):
        return known
    url = text if text.startswith(("https://", "http://")) and " " not in text else explained_at
    return Licence(spdx="other", url=url, iri=url)
