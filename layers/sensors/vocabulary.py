"""The properties that the cities observe, with the units and plausible bounds that a new stream begins with.

Definitions are those of the CF standard names (NERC vocabulary P07) and the air pollutants of the EEA's Eionet, where
they have one.
"""

from dataclasses import dataclass

from layers.sensors.models import ObservedProperty

CF = "http://vocab.nerc.ac.uk/standard_name/"
EIONET = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/"


@dataclass(frozen=True)
class Observable:
    code: str
    name_lv: str
    name_lt: str
    name_en: str
    unit: str  # UCUM
    minimum: float
    maximum: float
    definition: str = ""


OBSERVABLES = {
    observable.code: observable
    for observable in (
        Observable("air_temperature", "Gaisa temperatūra", "Oro temperatūra", "Air temperature",
                   "Cel", -50, 50, f"{CF}air_temperature/"),
        Observable("relative_humidity", "Relatīvais mitrums", "Santykinė drėgmė", "Relative humidity",
                   "%", 0, 100, f"{CF}relative_humidity/"),
        Observable("air_pressure", "Gaisa spiediens", "Oro slėgis", "Air pressure",
                   "hPa", 900, 1100, f"{CF}air_pressure_at_mean_sea_level/"),
        Observable("wind_speed", "Vēja ātrums", "Vėjo greitis", "Wind speed",
                   "m/s", 0, 75, f"{CF}wind_speed/"),
        Observable("wind_direction", "Vēja virziens", "Vėjo kryptis", "Wind direction",
                   "deg", 0, 360, f"{CF}wind_from_direction/"),
        Observable("water_level", "Ūdens līmenis", "Vandens lygis", "Water level", "m", -5, 15),
        Observable("pm10", "Daļiņas PM10", "Kietosios dalelės KD10", "Particles PM10",
                   "ug/m3", 0, 1000, f"{EIONET}5"),
        Observable("pm2_5", "Daļiņas PM2,5", "Kietosios dalelės KD2,5", "Particles PM2.5",
                   "ug/m3", 0, 1000, f"{EIONET}6001"),
        Observable("no2", "Slāpekļa dioksīds", "Azoto dioksidas", "Nitrogen dioxide",
                   "ug/m3", 0, 1000, f"{EIONET}8"),
        Observable("o3", "Ozons", "Ozonas", "Ozone", "ug/m3", 0, 1000, f"{EIONET}7"),
        Observable("precipitation", "Nokrišņi", "Krituliai", "Precipitation", "mm/h", 0, 300),
        Observable("temperature", "Temperatūra", "Temperatūra", "Temperature", "Cel", -60, 120),
        Observable("water_temperature", "Ūdens temperatūra", "Vandens temperatūra", "Water temperature",
                   "Cel", -5, 45),
        Observable("mean_speed", "Vidējais ātrums", "Vidutinis greitis", "Mean speed", "km/h", 0, 250),
        Observable("occupancy", "Aizņemtība", "Užimtumas", "Occupancy", "%", 0, 100),
        Observable("traffic_flow", "Satiksmes plūsma", "Eismo srautas", "Traffic flow", "/h", 0, 10_000),
        Observable("noise_level", "Trokšņa līmenis", "Triukšmo lygis", "Noise level", "dB[SPL]", 0, 140),
        Observable("free_spaces", "Brīvas stāvvietas", "Laisvos vietos", "Free parking spaces", "1", 0, 5000),
        Observable("bicycle_flow", "Velosipēdistu plūsma", "Dviratininkų srautas", "Bicycle flow", "/h", 0, 3000),
        Observable("fill_level", "Piepildījums", "Užpildymas", "Fill level", "%", 0, 100),
    )
}  # fmt: skip


def define(code: str) -> ObservedProperty:
    """The observed property of that code, added from the vocabulary when it is not there yet; raises KeyError."""
    observable = OBSERVABLES[code]
    found, _created = ObservedProperty.objects.get_or_create(
        code=code,
        defaults={
            "name_lv": observable.name_lv,
            "name_lt": observable.name_lt,
            "name_en": observable.name_en,
            "definition": observable.definition,
        },
    )
    return found
