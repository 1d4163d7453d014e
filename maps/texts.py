"""Every sentence that the map's script says, in the active language."""

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """Texts by the key under which the script asks for them; `{...}` is filled in by the script."""
    return _list_texts() | _search_texts() | _map_texts() | _place_texts()


def _list_texts() -> dict[str, str]:
    return {
        "inView": _("In view"),
        "inViewCount": _("In view: {count}"),
        "allLayers": _("Everything"),
        "nothingInView": _("Nothing here. Move the map, zoom out or switch on more layers."),
        "noLayersOn": _("All layers are switched off."),
        "showMore": _("Show more"),
        "shownOf": _("Shown: {shown} of {count}"),
        "listFailed": _("The list could not be loaded."),
        "tryAgain": _("Try again"),
        "loading": _("Loading…"),
    }


def _search_texts() -> dict[str, str]:
    return {
        "searchResults": _("Search results"),
        "resultsCount": _("Results: {count}"),
        "nothingFound": _("Nothing was found for “{words}”."),
        "nothingFoundHint": _("Check the spelling or try a shorter word."),
        "searchFailed": _("The search does not answer just now."),
    }


def _map_texts() -> dict[str, str]:
    return {
        "mapLabel": _("City map"),
        "locating": _("Looking for your position…"),
        "locateDenied": _("The browser may not use your position. You can allow it in the settings of the browser."),
        "locateFailed": _("Your position could not be found."),
        "locateOutside": _("You are outside of the map’s area."),
        "youAreHere": _("You are here"),
        "noWebGL": _("This browser cannot draw the map. The list shows the same places."),
        "expand": _("Expand the panel"),
        "collapse": _("Collapse the panel"),
    }


def _place_texts() -> dict[str, str]:
    return {
        "linkCopied": _("The link was copied."),
        "shareFailed": _("The link could not be copied: {link}"),
        "placeFailed": _("This place could not be loaded."),
        "placeGone": _("This place is no longer on the map."),
        "liveNow": _("Live"),
        "measuredAt": _("Measured {time}"),
        "silent": _("No fresh reading"),
        "noReadings": _("There is no reading yet."),
    }
