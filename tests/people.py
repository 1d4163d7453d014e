"""People, places and machines for the tests, made the way the platform makes them."""

import itertools
from datetime import date

from django.contrib.auth.models import Group as RoleGroup
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from gis_platform.devices import services as device_services
from gis_platform.devices.models import Device
from gis_platform.identity.models import Department, User
from gis_platform.reports.models import Category
from gis_platform.residents.models import Resident
from layers.boundaries.models import Boundary
from layers.places.models import Beacon, Place

PASSWORD = "correct horse battery staple"
LIBRARY = Point(23.7270, 56.6511, srid=4326)  # in Jelgava
_numbers = itertools.count(1)


def north_of(point: Point, metres: float) -> Point:
    """A point north of another; a degree of latitude is 111.36 km at 56.65° N (WGS 84)."""
    return Point(point.x, point.y + metres / 111_360, srid=4326)


def a_user(*roles: str, **fields) -> User:
    username = fields.pop("username", f"user{next(_numbers)}")
    # Hashing a password takes a good part of a second; most tests need none.
    user = User.objects.create_user(username, password=fields.pop("password", None), **fields)
    user.groups.set(RoleGroup.objects.filter(name__in=roles))
    assert user.groups.count() == len(roles), "a role is not seeded"
    return User.objects.get(pk=user.pk)


def a_resident(**fields) -> Resident:
    values = {"given_name": "Anna", "family_name": "Bērziņa", "birth_date": date(1990, 5, 17), "user": a_user()}
    return Resident.objects.create(**values | fields)


def a_district(code: str = "centre", *, around: Point = LIBRARY, half_deg: float = 0.01, **fields) -> Boundary:
    box = Polygon.from_bbox((around.x - half_deg, around.y - half_deg, around.x + half_deg, around.y + half_deg))
    values = {"kind": "district", "name_lv": "Centrs", "name_en": "Centre"}
    return Boundary.objects.create(code=code, geometry=MultiPolygon(box, srid=4326), **values | fields)


def a_place(**fields) -> Place:
    values = {"name_lv": "Bibliotēka", "name_en": "Library", "category": "library", "geometry": LIBRARY}
    return Place.objects.create(**values | fields)


def a_beacon(place: Place | None = None, **fields) -> Beacon:
    place = place or a_place()
    return Beacon.objects.create(place=place, geometry=place.geometry, **{"technology": "qr"} | fields)


def a_category(code: str = "lighting", *, deadline_days: int = 10, **fields) -> Category:
    department = fields.pop("department", None) or a_department("streets")
    return Category.objects.create(
        code=code,
        department=department,
        deadline_days=deadline_days,
        name_en="Street light",
        name_lv="Ielu apgaismojums",
    )


def a_department(code: str) -> Department:
    return Department.objects.get_or_create(code=code, defaults={"name_en": code.capitalize()})[0]


def a_device(role: str = "till", **fields) -> Device:
    return Device.objects.create(code=fields.pop("code", f"device-{next(_numbers)}"), role=role, **fields)


def device_header(device: Device) -> dict[str, str]:
    """The header with which the device, freshly registered, proves itself to Django's test client."""
    code = device_services.open_registration(device, actor="user:1")
    _device, given = device_services.register(code)
    return {"HTTP_AUTHORIZATION": f"Device {given.key}"}
