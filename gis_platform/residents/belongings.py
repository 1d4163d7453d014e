"""What two records of one person bring with them when they are made one: whatever refers to a resident.

Every record goes over, also of a model that this room does not know, unless it is named here or the kept record has
its equal. The database's own constraints say what one person cannot have twice, and the joining is refused by that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, UniqueConstraint
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier, Literal

from gis_platform.residents.errors import JoinRefused
from gis_platform.residents.models import Membership, Residence, Resident
from gis_platform.residents.privacy.rules import references

type Moved = dict[str, list[object]]  # keys of the rows that went over, by "<label>.<field>"

# A code from the desk opens the record that it was made for, and a joining is told of the two as they were.
STAYING = frozenset(
    {
        ("residents.ClaimCode", "resident"),
        ("residents.Join", "kept"),
        ("residents.Join", "joined"),
        ("residents.Erasure", "resident"),
    }
)
# Where both records have the same for the same days, the other days of the joined one are written anew for the kept.
SAME_DAYS: Mapping[type[models.Model], tuple[str, ...]] = {Membership: ("group_id",), Residence: ("district",)}
OTHER_DAYS = """
INSERT INTO {table} (resident_id, period, {columns})
SELECT {kept}, other_days, {values}
FROM {table} AS one, unnest(datemultirange(one.period) - (
    SELECT range_agg(own.period) FROM {table} AS own WHERE own.resident_id = {kept} AND {same}
)) AS other_days
WHERE one.id = ANY(%s)
RETURNING id
"""


def hand_over(kept: Resident, joined: Resident) -> Moved:
    """What changed hands. Raises JoinRefused, with what stands in the way."""
    moved: Moved = {}
    for model, field in _going():
        with _told_if_refused(model):
            found = model._base_manager.filter(**{field: joined})
            if model in SAME_DAYS:
                both = found.filter(Exists(_of_the_same_days(model, kept)))
                moved[f"{model._meta.label} anew"] = _write_other_days(
                    model, kept, list(both.values_list("pk", flat=True))
                )
                found = found.exclude(pk__in=both.values("pk"))
            for equal in _equals(model, field, kept):
                found = found.exclude(equal)
            keys = list(found.values_list("pk", flat=True))
            model._base_manager.filter(pk__in=keys).update(**{field: kept})
            moved[f"{model._meta.label}.{field}"] = [str(key) for key in keys]
    return moved


def give_back(kept: Resident, joined: Resident, moved: Mapping[str, list[object]]) -> None:
    """As far as it is still there."""
    for model, field in _going():
        with _told_if_refused(model):
            anew = moved.get(f"{model._meta.label} anew", [])
            model._base_manager.filter(pk__in=anew, **{field: kept}).delete()
            went = moved.get(f"{model._meta.label}.{field}", [])
            model._base_manager.filter(pk__in=went, **{field: kept}).update(**{field: joined})


def _going() -> Iterator[tuple[type[models.Model], str]]:
    for label, field in references():
        if (label, field) not in STAYING:
            yield apps.get_model(label), field


@contextmanager
def _told_if_refused(model: type[models.Model]) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        things = str(model._meta.verbose_name_plural)
        sentence = _(
            "Both cards have %(things)s that one person cannot have together; end one of them at the desk first"
        )
        raise JoinRefused(sentence % {"things": f"“{things}”"}) from error


def _equals(model: type[models.Model], field: str, kept: Resident) -> Iterator[Q]:
    """Conditions of the rows that say again what one of the kept record's says, by what may be said once."""
    reference = model._meta.get_field(field)
    once: list[tuple[tuple[str, ...], Q]] = [((), Q())] if getattr(reference, "unique", False) else []
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field in constraint.fields:
            others = tuple(name for name in constraint.fields if name != field)
            once.append((others, constraint.condition or Q()))
    for others, condition in once:
        own = model._base_manager.filter(condition, **{field: kept}, **{name: OuterRef(name) for name in others})
        yield Q(Exists(own)) & Q(pk__in=model._base_manager.filter(condition).values("pk"))


def _of_the_same_days(model: type[models.Model], kept: Resident) -> "QuerySet[models.Model]":
    same = {name: OuterRef(name) for name in SAME_DAYS[model]}
    return model._base_manager.filter(resident=kept, period__overlap=OuterRef("period"), **same)


def _write_other_days(model: type[models.Model], kept: Resident, keys: list[int]) -> list[object]:
    names = [str(field.column) for field in model._meta.local_concrete_fields]
    others = [Identifier(name) for name in names if name not in ("id", "resident_id", "period")]
    same = [SQL("own.{0} = one.{0}").format(Identifier(name)) for name in SAME_DAYS[model]]
    statement = SQL(OTHER_DAYS).format(
        table=Identifier(model._meta.db_table),
        kept=Literal(kept.pk),
        columns=SQL(", ").join(others),
        values=SQL(", ").join(SQL("one.{}").format(name) for name in others),
        same=SQL(" AND ").join(same),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [keys])
        return [row[0] for row in cursor.fetchall()]
