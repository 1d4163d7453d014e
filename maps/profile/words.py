"""In words: who looked at what and why, and what a consent is for."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.identity.models import User
from gis_platform.residents.models import Consent, Look

type Words = Mapping[str, str | Promise]

WHAT: Words = {
    "profile": _("profile"),
    "groups": _("groups"),
    "benefits": _("benefits"),
    "means": _("cards and codes"),
    "found": _("name in a list"),
    "registration": _("registration"),
}
WHY: Words = {
    "desk": _("at the desk"),
    "guardian": _("as your guardian"),
    "privacy": _("to answer your request"),
    "benefit-decision": _("to decide on a benefit"),
}
CONSENTS: Words = {
    Consent.Purpose.LOCATION_OFFERS: _(
        "Your phone tells where you are, and we say what is on offer there. The position is not kept."
    ),
    Consent.Purpose.CITY_NEWS: _("News and reminders of the city, by e-mail or on your phone."),
    Consent.Purpose.PARTNER_CITY: _("The partner city learns what you are entitled to there, and nothing else."),
    Consent.Purpose.STATISTICS: _("Your visits count in figures about the city, never with fewer than five people."),
}


def looks_in_words(looks: list[Look]) -> list[tuple[Look, str, str, str]]:
    """Who, what, why. A member of staff is told by department, not by name; the city knows the name."""
    keys = [one.actor.removeprefix("user:") for one in looks if one.actor.startswith("user:")]
    people = {user.actor: user for user in User.objects.select_related("department").filter(pk__in=keys)}
    return [
        (one, _who(people.get(one.actor)), str(WHAT.get(one.what, one.what)), str(WHY.get(one.purpose, one.purpose)))
        for one in looks
    ]


def _who(user: User | None) -> str:
    if user is None:
        return str(_("The platform"))
    if not user.is_staff:
        return str(_("A resident"))
    return str(user.department) if user.department else str(_("City staff"))
