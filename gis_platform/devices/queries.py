"""The fleet as the operations centre looks at it: each device with its state, found, filtered and in order."""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value, When

from gis_platform.devices.models import Device
from gis_platform.devices.models.devices import SILENT_AFTER, SILENT_AFTER_OTHERS

type Fleet = QuerySet[Any]  # of Device, each with its `state`


class State(StrEnum):
    OK = "ok"
    SILENT = "silent"
    NEVER = "never"  # it has no key yet, or has not used it
    REVOKED = "revoked"


SILENT_FOR = Case(
    When(
        silent_after_minutes__gt=0,
        then=ExpressionWrapper(F("silent_after_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()),
    ),
    *(When(role=role, then=Value(after)) for role, after in SILENT_AFTER.items()),
    default=Value(SILENT_AFTER_OTHERS),
    output_field=DurationField(),
)


def fleet(at: datetime) -> Fleet:
    """Every device, with `state` as it is at an instant; the same measure as `Device.is_silent`."""
    return Device.objects.annotate(
        state=Case(
            When(revoked_at__isnull=False, then=Value(State.REVOKED.value)),
            When(last_seen_at=None, then=Value(State.NEVER.value)),
            When(last_seen_at__lt=Value(at) - SILENT_FOR, then=Value(State.SILENT.value)),
            default=Value(State.OK.value),
            output_field=CharField(),
        )
    )


def found(devices: Fleet, *, words: str = "", role: str = "", state: str = "") -> Fleet:
    """Those whose code, firmware, place or merchant holds the words, of a role and in a state if these are named."""
    if words:
        named = [Q(**{f"{of}__name_{language}__icontains": words}) for of in PLACED for language in ("lv", "lt", "en")]
        devices = devices.filter(Q(code__icontains=words) | Q(firmware__icontains=words) | reduce(or_, named))
    if role in Device.Role:
        devices = devices.filter(role=role)
    if state in State:
        devices = devices.filter(state=state)
    return devices


def counts(devices: Fleet) -> dict[State, int]:
    """How many there are in each state."""
    told = Counter(devices.order_by().values_list("state", flat=True))
    return {state: told[state.value] for state in State}


PLACED = ("place", "merchant")
