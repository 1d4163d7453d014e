"""The city of the tills, on a database of its own: `python benefits_city.py open|count [keys|budgets]`.

`open` makes a programme with room for so many grants, and gives each till its key and its customer's card; with a word
behind it, the booking is a broken twin. `count` says what was booked. Both answer in JSON.
"""

import json
import os
import sys
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django.setup()

from django.db.models import Count, F, Sum  # noqa: E402 needs Django

from gis_platform.core import clock  # noqa: E402 needs Django
from gis_platform.devices.models import Device  # noqa: E402 needs Django
from gis_platform.identity.keys import new_key  # noqa: E402 needs Django
from gis_platform.residents.models import Means, Resident  # noqa: E402 needs Django
from gis_platform.residents.tokens import hash_of  # noqa: E402 needs Django
from layers.merchants.models import Merchant  # noqa: E402 needs Django
from rules.benefits.models import Budget, Decision, Grant  # noqa: E402 needs Django
from rules.ledger.models import Entry, Leg  # noqa: E402 needs Django
from rules.ledger.queries import balance  # noqa: E402 needs Django
from rules.ledger.services import AccountKey  # noqa: E402 needs Django
from tests.people import LIBRARY  # noqa: E402 needs Django
from tests.rules.benefits import broken  # noqa: E402 needs Django
from tests.rules.benefits.programmes import a_programme, definition, put_in_force  # noqa: E402 needs Django

TILLS, ROOM, FARE = 200, 137, 85
TWINS = {"keys": broken.NO_KEY, "budgets": broken.READ_THEN_WRITE}


def open_city(*twins: str) -> list[dict[str, str]]:
    programme = a_programme()
    put_in_force(programme, definition(), first_day=clock.today())
    day = clock.today()
    Budget.objects.create(
        programme=programme, period=(day, date(day.year + 2, 1, 1)), limit_cents=ROOM * FARE + FARE - 1
    )
    merchant = Merchant.objects.create(name_lv="Veikals", code="shop", category="retail", geometry=LIBRARY)
    for twin in twins:
        broken.run(TWINS[twin])
    people = [Resident(given_name="A", family_name="B", birth_date=date(1990, 1, 1)) for _ in range(TILLS)]
    tokens = [f"JB-{number:06}" for number in range(TILLS)]
    keys = [new_key("device") for _ in range(TILLS)]
    Resident.objects.bulk_create(people)
    Means.objects.bulk_create(
        Means(resident=person, kind="library", token_hash=hash_of("library", token))
        for person, token in zip(people, tokens, strict=True)
    )
    Device.objects.bulk_create(
        Device(code=token, role="till", merchant=merchant, key_prefix=key.prefix, key_hash=key.key_hash)
        for token, key in zip(tokens, keys, strict=True)
    )
    return [{"key": f"Device {key.text}", "token": token} for key, token in zip(keys, tokens, strict=True)]


def count() -> dict[str, int]:
    merchant = Merchant.objects.get()
    entries = Entry.objects.annotate(legs_sum=Sum("legs__amount"))
    return {
        "decisions": Decision.objects.count(),
        "by_one_till_most": Decision.objects.values("terminal").annotate(n=Count("pk")).order_by("-n")[0]["n"],
        "granted": Decision.objects.filter(status="committed", discount_cents__gt=0).count(),
        "reserved": Decision.objects.filter(status="reserved").count(),
        "used_cents": Budget.objects.get().used_cents,
        "reserved_cents": Budget.objects.get().reserved_cents,
        "granted_cents": Grant.objects.filter(decision__status="committed").aggregate(sum=Sum("cents"))["sum"] or 0,
        "paid_cents": balance(AccountKey(kind="merchant", holder=f"merchant:{merchant.pk}", unit="cents")),
        "legs_cents": Leg.objects.aggregate(sum=Sum("amount"))["sum"] or 0,
        "entries": entries.count(),
        "off_balance": entries.exclude(legs_sum=0).count(),
        "overdrawn": Budget.objects.filter(used_cents__gt=F("limit_cents")).count(),
    }


if __name__ == "__main__":
    said = open_city(*sys.argv[2:]) if sys.argv[1] == "open" else count()
    print(json.dumps(said))  # noqa: T201 - for the test that reads it
