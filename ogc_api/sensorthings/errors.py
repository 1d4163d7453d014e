from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Conflict, InvalidInput, Text
from ogc_api.sensorthings.filters.syntax import ExpressionError


class InvalidOption(InvalidInput):
    """A query option that cannot be followed; `option` names it."""

    code = "invalid-option"
    title = _("A query option cannot be followed")

    def __init__(self, option: str, detail: Text) -> None:
        super().__init__(f"{option}: {detail}", option=option)


@contextmanager
def naming(option: str) -> Iterator[None]:
    """Turns the reason why an expression cannot stand into a refusal of the option that holds it."""
    try:
        yield
    except ExpressionError as error:
        raise InvalidOption(option, str(error)) from error


class TooCostly(InvalidInput):
    code = "query-too-costly"
    title = _("The answer takes too long to find; ask for less")


class NotOffered(CityError):
    """The standard knows it, this service does not do it."""

    code = "not-offered"
    status = 501
    title = _("This part of SensorThings is not offered here")


class ReadingRefused(InvalidInput):
    """Carries `cause`, one of `layers.sensors.readings.Cause`."""

    code = "reading-refused"
    title = _("The observation cannot be believed")


class ObservationExists(Conflict):
    code = "observation-exists"
    title = _("The datastream has an observation at this time already")
