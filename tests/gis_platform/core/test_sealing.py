"""What is sealed opens for its purpose, with a key that is known, as long as no byte of it was changed."""

import io

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.core import resealing, sealing
from gis_platform.core.resealing import sealed_fields
from gis_platform.core.sealing import SealBroken, is_current, seal, unseal
from gis_platform.environment import Environment, SettingsError
from gis_platform.identity.models import AuthenticatorApp
from tests.people import a_user

OLD, NEW = "an-old-key-" + "a" * 50, "a-new-key-" + "b" * 50


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(plain):
    assert unseal(seal(plain, purpose="cards"), purpose="cards") == plain


def test_the_text_is_not_in_it_and_twice_the_same_differs():
    first, second = (seal("Anna Bērziņa", purpose="cards") for _ in range(2))
    assert b"Anna" not in first
    assert first != second


def test_another_purpose_does_not_open_it():
    with pytest.raises(SealBroken):
        unseal(seal("secret", purpose="cards"), purpose="registers")


def test_a_seal_without_its_purpose_would_open_for_another(monkeypatch):
    """The broken twin of the test above: without the bond to the purpose it would not hold."""
    monkeypatch.setattr(sealing, "_bound", lambda name, purpose: b"")
    assert unseal(seal("secret", purpose="cards"), purpose="registers") == b"secret"


def test_a_changed_byte_anywhere_does_not_open():
    sealed = seal("secret", purpose="cards")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            unseal(changed, purpose="cards")


@pytest.mark.parametrize("cut", [0, 1, 5, 16, 20])
def test_a_cut_one_does_not_open(cut):
    with pytest.raises(SealBroken):
        unseal(seal("secret", purpose="cards")[:cut], purpose="cards")


class TestKeys:
    def test_an_older_key_still_opens_and_the_first_one_seals(self, settings):
        settings.SEALING_KEYS = [OLD]
        sealed = seal("secret", purpose="cards")
        settings.SEALING_KEYS = [NEW, OLD]
        assert unseal(sealed, purpose="cards") == b"secret"
        assert (is_current(sealed), is_current(seal("x", purpose="cards"))) == (False, True)

    def test_a_key_that_was_taken_away_opens_nothing(self, settings):
        settings.SEALING_KEYS = [OLD]
        sealed = seal("secret", purpose="cards")
        settings.SEALING_KEYS = [NEW]
        with pytest.raises(SealBroken) as refused:
            unseal(sealed, purpose="cards")
        assert OLD not in str(refused.value)
        assert NEW not in str(refused.value)

    @pytest.mark.parametrize("keys", ["", "short", "development-only-" + "1" * 40, f"{NEW},short"])
    def test_production_needs_its_own(self, keys):
        env = Environment({"ENVIRONMENT": "production", "SEALING_KEYS": keys})
        env.secrets("SEALING_KEYS", development="development-only-" + "1" * 40)
        with pytest.raises(SettingsError, match="SEALING_KEYS: production needs") as refused:
            env.report()
        assert "short" not in str(refused.value)

    def test_production_takes_two_of_its_own(self):
        env = Environment({"ENVIRONMENT": "production", "SEALING_KEYS": f"{NEW}, {OLD}"})
        assert env.secrets("SEALING_KEYS", development="x") == [NEW, OLD]
        env.report()


def test_a_sealed_field_is_not_searched():
    field = next(field for _model, field in sealed_fields())
    with pytest.raises(FieldError, match="is sealed"):
        field.get_lookup("exact")


@pytest.mark.django_db
def test_the_command_runs_over_every_sealed_field():
    out = io.StringIO()
    call_command("rotate_sealing_keys", stdout=out)
    assert len(out.getvalue().splitlines()) == len(list(sealed_fields())) > 0


@pytest.mark.django_db
class TestRotation:
    """Four secrets under the old key, and a run that ends after two of them, as a killed one does."""

    @pytest.fixture
    def four(self, settings):
        settings.SEALING_KEYS = [OLD]
        texts = [f"secret-{number}" for number in range(4)]
        for text in texts:
            AuthenticatorApp.objects.create(user=a_user(), secret=text)
        settings.SEALING_KEYS = [NEW, OLD]
        return texts

    def secrets(self):
        return list(AuthenticatorApp.objects.order_by("pk").values_list("secret", flat=True))

    def end_after_two(self, monkeypatch):
        turns = iter(range(2))

        def killed(plain, *, purpose):
            if next(turns, None) is None:
                raise KeyboardInterrupt
            return seal(plain, purpose=purpose)

        with monkeypatch.context() as patch:
            patch.setattr(resealing, "seal", killed)
            with pytest.raises(KeyboardInterrupt):
                call_command("rotate_sealing_keys", stdout=io.StringIO())

    def test_a_killed_run_loses_nothing_and_the_next_one_ends_it(self, four, settings, monkeypatch):
        self.end_after_two(monkeypatch)
        assert self.secrets() == four  # both keys are there still
        out = io.StringIO()
        call_command("rotate_sealing_keys", stdout=out)
        assert "identity.AuthenticatorApp.secret: 2\n" in out.getvalue()
        settings.SEALING_KEYS = [NEW]
        assert self.secrets() == four

    def test_the_twin_that_takes_the_old_key_away_too_early_is_caught(self, four, settings, monkeypatch):
        self.end_after_two(monkeypatch)
        settings.SEALING_KEYS = [NEW]
        with pytest.raises(SealBroken):
            self.secrets()
