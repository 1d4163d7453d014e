"""How many reports may come from one sender before somebody has to think."""

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import TooMany
from gis_platform.identity.models import User
from gis_platform.identity.throttle import client_address

WINDOW_S = 3600
REPORTS_MAX = 20  # an hour; a walk along a street after a storm is fewer


class TooManyReports(TooMany):
    code = "too-many-reports"
    title = _("Too many reports within an hour; send the rest later")


def refuse_flood(request: HttpRequest, sender: User | AnonymousUser) -> None:
    """Counts this report against its sender, or the address it came from. Raises TooManyReports."""
    who = sender.actor if isinstance(sender, User) else client_address(request)
    key = "reports:" + salted_hmac("reports.limits", who, algorithm="sha256").hexdigest()[:32]
    cache.add(key, 0, WINDOW_S)
    try:
        count = cache.incr(key)
    except ValueError:  # the window closed between the two
        return
    if count > REPORTS_MAX:
        raise TooManyReports(retry_after_s=WINDOW_S)
