"""How measured values are written for people: units as the street knows them, and decimals that mean something."""

import re

from django.utils.formats import number_format

# UCUM's codes as people write them; one that is not here is shown as it is.
UNITS = {
    "Cel": "°C",
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "dB[SPL]": "dB",
    "deg": "°",
    "1": "",
    "[ppm]": "ppm",
    "kW.h": "kWh",
    "m3": "m³",
}
DECIMALS = {"m": 2, "Cel": 1, "m/s": 1, "mm/h": 1, "ug/m3": 1, "mg/m3": 1}  # what such instruments resolve
FOREMOST = ("air_temperature", "pm2_5", "water_level", "traffic_flow", "occupancy", "fill_level")


def unit_sign(unit: str) -> str:
    """
    >>> unit_sign("Cel"), unit_sign("{vehicles}/h"), unit_sign("{space}"), unit_sign("hPa")
    ('°C', '/h', '', 'hPa')
    """
    plain = re.sub(r"\{[^}]*\}", "", unit)  # UCUM's remarks
    return UNITS.get(plain, plain)


def decimals(unit: str) -> int:
    """
    >>> decimals("Cel"), decimals("%")
    (1, 0)
    """
    return DECIMALS.get(unit, 0)


def value_text(value: float, unit: str) -> str:
    """The number alone, in the active language.

    >>> value_text(-3.26, "Cel"), value_text(1005.66, "hPa"), value_text(-0.04, "Cel")
    ('−3.3', '1006', '0.0')
    """
    places = decimals(unit)
    rounded = round(value, places) + 0.0  # Django would cut, not round; and -0.0 is written 0.0
    return number_format(rounded, decimal_pos=places, force_grouping=False).replace("-", "−")


def reading_text(value: float, unit: str) -> str:
    """Number and unit; those that stick to the number do.

    >>> reading_text(3.22, "Cel"), reading_text(556.0, "/h"), reading_text(144.1, "deg")
    ('3.2\\xa0°C', '556/h', '144°')
    """
    sign = unit_sign(unit)
    apart = "" if not sign or sign == "°" or sign.startswith("/") else "\u00a0"
    return f"{value_text(value, unit)}{apart}{sign}"
