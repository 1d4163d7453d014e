"""Every sentence that the monitor's script says, in the active language."""

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """Texts by the key under which the script asks for them; `{...}` is filled in by the script."""
    return {
        "live": _("Live"),
        "silent": _("Silent"),
        "empty": _("No reading yet"),
        "updated": _("updated {time}"),
        "offline": _("No connection"),
        "lost": _("No connection: these are the last readings received."),
        "paused": _("Paused"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "courseOf": _("Last 24 hours: {name}, {sensor}"),
        "courseSummary": _("From {minimum} to {maximum}, lastly {last}"),
        "courseEmpty": _("Nothing was measured in the last 24 hours."),
        "courseFailed": _("The last 24 hours could not be loaded."),
        "tryAgain": _("Try again"),
        "loading": _("Loading…"),
        "mean": _("Mean"),
        "minimum": _("Lowest"),
        "maximum": _("Highest"),
        "time": _("Time"),
        "justNow": _("just now"),
        "newSensors": _("There are other sensors now than when this page was loaded."),
        "reload": _("Load the page again"),
    }
