"""Where an account is signed in, and ending that."""

from django.contrib.sessions.models import Session
from django.http import HttpRequest

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.models import OpenSession, User

# What to look for in the browser's own words, the most telling first.
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def note(request: HttpRequest, user: User, *, way: str) -> None:
    """Remembers the session that the request just opened, and forgets those that have ended."""
    if request.session.session_key is None:
        request.session.save()
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    user.open_sessions.exclude(session_key__in=alive).delete()
    OpenSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "way": way, "device": device(request.headers.get("User-Agent", ""))},
    )


def open_sessions(user: User) -> list[OpenSession]:
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return list(user.open_sessions.filter(session_key__in=alive))


def end(user: User, *, pk: int) -> int:
    """Signs the account out on one device; somebody else's session is left alone."""
    return _end(user, [one.session_key for one in user.open_sessions.filter(pk=pk)])


def end_others(user: User, *, but: str | None) -> int:
    """Signs the account out everywhere, here excepted. The count of sessions that ended."""
    return _end(user, [one.session_key for one in open_sessions(user) if one.session_key != but])


def _end(user: User, keys: list[str]) -> int:
    with acting(user.actor, "signed out from afar"):
        ended, _ = Session.objects.filter(session_key__in=keys).delete()
        user.open_sessions.filter(session_key__in=keys).delete()
        audit.record("identity.sessions-ended", f"user:{user.pk}", count=ended)
    return ended


def device(agent: str) -> str:
    """What people call it.

    >>> device("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36")
    'Chrome, Linux'
    """
    names = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names))
