"""Raising alarms, ending them, and taking note of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock, sqlfiles
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, NotFound
from gis_platform.devices.queries import State, fleet
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from gis_platform.monitor.models import Alarm

SENSORS = "sensors"  # the layer's id
DEVICES = "devices"  # no layer: the fleet of the operations centre


class AlarmOver(Conflict):
    code = "alarm-over"
    title = _("This alarm has ended by itself in the meantime")


class AlarmTaken(Conflict):
    code = "alarm-acknowledged"
    title = _("Somebody has acknowledged this alarm already")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How many alarms one round began and ended."""

    raised: int
    recovered: int


def check_silence(now: datetime) -> Watch:
    """Raises an alarm for each sensor that is silent at `now`, and ends those of sensors that speak again.

    A sensor that is no longer published has nothing to say, so its alarm ends too. Rounds that overlap raise an alarm
    once: the database allows one that is firing.
    """
    return _watch(Alarm.Kind.SILENCE, SENSORS, _silent_since(now), now)


def check_devices(now: datetime) -> Watch:
    """As `check_silence`, for the devices: one that is revoked, or that was never heard, is no cause for alarm."""
    silent = fleet(now).filter(state=State.SILENT.value).values_list("pk", "last_seen_at")
    return _watch(Alarm.Kind.DEVICE, DEVICES, {pk: since for pk, since in silent if since is not None}, now)


def acknowledge(alarm_id: int, *, by: User) -> Alarm:
    """Notes that the operations centre has seen the alarm. It goes on firing until its cause has gone.

    Raises RoleMissing, NotFound, AlarmOver or AlarmTaken.
    """
    require_role(by, Role.OPERATOR)
    with acting(by.actor, "alarm acknowledged"):
        noted = (
            Alarm.objects.filter(pk=alarm_id)
            .firing()
            .unacknowledged()
            .update(acknowledged_at=clock.now(), acknowledged_by=by)
        )
        alarm = Alarm.objects.filter(pk=alarm_id).first()
        if alarm is None:
            raise NotFound(_("There is no such alarm."))
        if noted != 1:
            raise AlarmTaken if alarm.state == Alarm.State.FIRING else AlarmOver
        audit.record("alarm.acknowledge", f"alarm:{alarm.pk}", layer=alarm.layer, feature=alarm.feature_id)
    return alarm


def _watch(kind: Alarm.Kind, layer: str, silent: dict[int, datetime], now: datetime) -> Watch:
    with acting("system:monitor", f"watch over the {layer}"):
        alarms = Alarm.objects.filter(kind=kind, layer=layer)
        recovered = alarms.exclude(feature_id__in=silent.keys()).recover(now)
        known = set(alarms.firing().values_list("feature_id", flat=True))
        raised = Alarm.objects.bulk_create(
            [
                Alarm(kind=kind, layer=layer, feature_id=feature_id, since=since, raised_at=now)
                for feature_id, since in silent.items()
                if feature_id not in known
            ],
            ignore_conflicts=True,
        )
    return Watch(raised=len(raised), recovered=recovered)


def _silent_since(now: datetime) -> dict[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load("statements/silent_sensors"), {"at": now})
        return dict(cursor.fetchall())
