from uuid import UUID

import pytest
from django.db import connection, transaction

from gis_platform.core.actor import UNATTRIBUTED, acting, current_actor, on_behalf_of

CHANGE_SET = UUID("018f3b5e-0000-7000-8000-000000000001")


def query(statement: str) -> tuple[str | None, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def settings_in_database() -> tuple[str | None, ...]:
    return query("SELECT city_setting('actor'), city_setting('reason'), city_setting('change_set')")


@pytest.mark.django_db
def test_the_database_knows_who_acts_and_why():
    with acting("user:5", reason="moved house", change_set=CHANGE_SET):
        assert current_actor() == "user:5"
        assert settings_in_database() == ("user:5", "moved house", str(CHANGE_SET))


@pytest.mark.django_db
def test_outside_nobody_acts():
    assert current_actor() == UNATTRIBUTED
    assert settings_in_database() == (None, None, None)


@pytest.mark.django_db
def test_a_nested_act_gives_the_outer_one_back():
    with acting("user:5", reason="outer"):
        with acting("system:import", change_set=CHANGE_SET):
            assert settings_in_database() == ("system:import", None, str(CHANGE_SET))
        assert settings_in_database() == ("user:5", "outer", None)
        assert current_actor() == "user:5"
    assert settings_in_database() == (None, None, None)


@pytest.mark.django_db
def test_a_failed_nested_act_gives_the_outer_one_back():
    with acting("user:5", reason="outer"):
        with pytest.raises(ZeroDivisionError), acting("device:7"):
            _ = 1 // 0
        assert settings_in_database() == ("user:5", "outer", None)
        assert current_actor() == "user:5"


@pytest.mark.django_db
def test_a_broken_transaction_shows_its_own_error():
    with pytest.raises(Exception, match="division by zero"), transaction.atomic(), acting("user:5"):
        query("SELECT 1 / 0")
    assert current_actor() == UNATTRIBUTED


@pytest.mark.django_db(transaction=True)
def test_the_settings_end_with_the_transaction():
    with acting("user:5", reason="why"):
        assert connection.in_atomic_block
    assert not connection.in_atomic_block
    assert settings_in_database() == (None, None, None)


@pytest.mark.django_db(transaction=True)
def test_deferred_triggers_still_see_the_actor_at_the_commit():
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE TABLE seen (actor text);
            CREATE TABLE thing (id int);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO seen VALUES (city_setting('actor')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER see AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION see();
        """)
        try:
            with acting("user:5"):
                cursor.execute("INSERT INTO thing VALUES (1)")
                cursor.execute("SELECT count(*) FROM seen")
                assert cursor.fetchone() == (0,)
            cursor.execute("SELECT actor FROM seen")
            assert cursor.fetchall() == [("user:5",)]
        finally:
            cursor.execute("DROP TABLE thing, seen; DROP FUNCTION see()")


def test_somebody_has_to_act():
    with pytest.raises(ValueError, match="somebody"), acting(""):
        pass


def test_a_job_acts_on_behalf_of_who_asked_for_it():
    with on_behalf_of("user:5"):
        assert current_actor() == "user:5"
    assert current_actor() == UNATTRIBUTED
