"""Names for the actors that the history knows."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gis_platform.identity.models import User

LENGTH_MAX = 80


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What people read for each actor: a user's name, a system's task, else the actor as it is."""
    wanted = set(actors)
    keys = {int(number) for actor in wanted if (number := _user_number(actor))}
    users = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=keys)}
    return {actor: (users.get(actor) or _name_of(actor))[:LENGTH_MAX] for actor in wanted}


def _user_number(actor: str) -> str:
    kind, _separator, number = actor.partition(":")
    return number if kind == "user" and number.isdecimal() and len(number) < 18 else ""


def _name_of(actor: str) -> str:
    kind, _separator, rest = actor.partition(":")
    match kind:
        case "user":
            return _("a former account")
        case "system":
            return _("the platform ({task})").format(task=rest)
        case "database":
            return _("the database ({role})").format(role=rest)
    return actor
