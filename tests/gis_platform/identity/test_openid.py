"""What a provider says is believed only when it fits; for each check, a twin without it lets the forgery in."""

import base64
import hashlib
import json
import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from gis_platform.identity import openid
from gis_platform.residents.models import ForeignIdentity
from tests.identity_provider import CLIENT_SECRET, come_back, leave_for, lying_provider, unsigned

pytestmark = pytest.mark.django_db
PERSON = {"given_name": "Anna", "family_name": "Ozola", "birth_date": ""}


@pytest.fixture(scope="module")
def one_provider():
    with lying_provider() as provider:
        yield provider


@pytest.fixture
def provider(one_provider, settings):
    """The provider, honest again."""
    cache.clear()
    honest = type(one_provider)()
    kept = (one_provider.issuer, one_provider.key)
    one_provider.__dict__.update(honest.__dict__ | {"issuer": kept[0], "key": kept[1], "signing_key": kept[1]})
    one_provider.sign = one_provider._signed
    settings.OIDC_PROVIDERS = [one_provider.settings()]
    yield one_provider
    cache.clear()


def is_let_in(client: Client, provider, **answer: str) -> bool:
    """Whether the answer is believed, up to the page that registers."""
    response = come_back(client, **answer)
    assert response.status_code in (302, 403), response.content.decode()
    if response.status_code == 403:
        assert "cannot be trusted" in response.content.decode()
        assert "proven" not in client.session
        return False
    assert response["Location"] == "/sign-in/register/"
    return True


def round_trip(client: Client, provider) -> bool:
    return is_let_in(client, provider, state=leave_for(client, provider)["state"])


def test_the_request_carries_state_nonce_and_a_challenge_that_the_verifier_fits(client, provider):
    sent = leave_for(client, provider)
    assert (sent["response_type"], sent["scope"], sent["code_challenge_method"]) == ("code", "openid profile", "S256")
    assert min(len(sent["state"]), len(sent["nonce"])) >= 43  # 256 random bits in base64
    come_back(client, state=sent["state"])
    verifier = provider.asked[-1]["code_verifier"][0]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert digest == sent["code_challenge"]  # RFC 7636, section 4.2


def test_who_comes_back_registers_once_and_is_known_from_then_on(client, provider):
    assert round_trip(client, provider)
    response = client.post("/sign-in/register/", PERSON)
    assert response["Location"] == "/account/"
    identity = ForeignIdentity.objects.get()
    assert (identity.issuer, identity.subject, str(identity.resident)) == (provider.issuer, "anna-1", "Anna Ozola")
    again = Client()
    state = leave_for(again, provider, next_path="/benefits/")["state"]
    assert come_back(again, state=state)["Location"] == "/benefits/"
    assert again.session["_auth_user_id"] == str(identity.resident.user_id)
    assert ForeignIdentity.objects.count() == 1


# --- Forged tokens ---------------------------------------------------------------------------------------------------

FORGED_CLAIMS = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "somebody-else"},
    "an audience of several, asked for by another": {"aud": ["the-city", "other"], "azp": "other"},
    "expired": {"exp": int(time.time()) - 3600},
    "no expiry": {"exp": None},
    "another nonce": {"nonce": "of another attempt"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "made long ago": {"iat": int(time.time()) - 3600},
    "made in the future": {"iat": int(time.time()) + 3600},
}


def lying(forged):
    def lie(claims):
        claims.update(forged)
        for name in [name for name, value in claims.items() if value is None]:
            del claims[name]

    return lie


@pytest.mark.parametrize("name", FORGED_CLAIMS)
def test_a_forged_claim_is_refused(client, provider, name):
    provider.lie = lying(FORGED_CLAIMS[name])
    assert not round_trip(client, provider)


@pytest.mark.parametrize("name", ["another issuer", "another audience", "expired", "another nonce", "no nonce"])
def test_the_twin_that_reads_no_claims_lets_it_in(client, provider, name, monkeypatch):
    monkeypatch.setattr(openid.jwt, "JWTClaimsRegistry", lambda **_: SimpleNamespace(validate=lambda claims: None))
    provider.lie = lying(FORGED_CLAIMS[name])
    assert round_trip(client, provider)


def signed_by_a_stranger(provider):
    key = RSAKey.generate_key(2048, {"kid": provider.key.kid})
    return lambda claims: jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def signed_with_the_shared_secret(provider):
    key = OctKey.import_key(CLIENT_SECRET)
    return lambda claims: jwt.encode({"alg": "HS256"}, claims, key)


def signed_with_the_public_key_as_a_secret(provider):
    """Algorithm confusion: everybody knows that "secret"."""
    key = OctKey.import_key(base64.b64encode(provider.key.as_pem(private=False)))
    return lambda claims: jwt.encode({"alg": "HS256", "kid": provider.key.kid}, claims, key)


def signed_by_nobody(provider):
    return unsigned


FORGERS = [
    signed_by_a_stranger,
    signed_with_the_shared_secret,
    signed_with_the_public_key_as_a_secret,
    signed_by_nobody,
]


@pytest.mark.parametrize("forger", FORGERS)
def test_a_forged_signature_is_refused(client, provider, forger):
    provider.sign = forger(provider)
    assert not round_trip(client, provider)


@pytest.mark.parametrize("forger", FORGERS)
def test_the_twin_that_looks_at_no_signature_lets_it_in(client, provider, forger, monkeypatch):
    def believed(_provider, _metadata, token):
        body = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))

    monkeypatch.setattr(openid, "_signed", believed)
    provider.sign = forger(provider)
    assert round_trip(client, provider)


# --- State and replay ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["", "made-up"])
def test_a_forged_state_is_refused(client, provider, state):
    leave_for(client, provider)
    assert not is_let_in(client, provider, state=state)


def test_the_state_of_another_browser_is_refused(client, provider):
    """Or somebody could be signed in as the attacker, and fill the attacker's account."""
    assert not is_let_in(Client(), provider, state=leave_for(client, provider)["state"])


def test_the_twin_that_takes_any_state_lets_it_in(client, provider, monkeypatch):
    state = leave_for(client, provider)["state"]
    attempt = client.session["openid"][state]
    monkeypatch.setattr(openid, "_taken", lambda session, provider_id, state: attempt)
    assert is_let_in(Client(), provider, state="made-up")


def test_an_answer_counts_once(client, provider):
    state = leave_for(client, provider)["state"]
    assert come_back(client, state=state).status_code == 302
    assert come_back(client, state=state).status_code == 403


def test_the_twin_that_keeps_the_attempt_takes_the_answer_twice(client, provider, monkeypatch):
    monkeypatch.setattr(openid, "_taken", lambda session, provider_id, state: session["openid"][state])
    state = leave_for(client, provider)["state"]
    assert [come_back(client, state=state).status_code for _ in range(2)] == [302, 302]


def test_a_token_of_an_earlier_attempt_is_refused(client, provider):
    leave_for(client, provider)
    earlier = provider.id_token()  # stolen, and served once more
    later = Client()
    state = leave_for(later, provider)["state"]
    provider.sign = lambda claims: earlier
    assert not is_let_in(later, provider, state=state)


def test_an_attempt_of_an_hour_ago_is_over(client, provider, monkeypatch):
    state = leave_for(client, provider)["state"]
    monkeypatch.setattr(openid, "ATTEMPT_LIFETIME_S", -1)
    assert not is_let_in(client, provider, state=state)


def test_an_answer_that_names_another_issuer_is_refused(client, provider):
    """RFC 9207: a second provider that passes the first one's answer on."""
    provider.names_itself = True
    state = leave_for(client, provider)["state"]
    assert not is_let_in(client, provider, state=state, iss="https://evil.example")
    state = leave_for(client, provider)["state"]
    assert not is_let_in(client, provider, state=state)  # it promised to name itself
    state = leave_for(client, provider)["state"]
    assert is_let_in(client, provider, state=state, iss=provider.issuer)


# --- The provider's own life -----------------------------------------------------------------------------------------


def test_new_keys_of_the_provider_are_taken_up(client, provider):
    assert round_trip(client, provider)
    provider.rotate_keys()
    assert round_trip(Client(), provider)


def test_a_provider_under_another_name_is_refused(client, provider, settings):
    settings.OIDC_PROVIDERS = [provider.settings(issuer=provider.issuer + "/")]
    response = client.get("/sign-in/with/lying/", HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 403


def test_a_provider_that_is_away_is_a_sentence(client, provider, settings):
    settings.OIDC_PROVIDERS = [provider.settings(issuer="http://127.0.0.1:9")]  # discard: nobody listens
    response = client.get("/sign-in/with/lying/", HTTP_ACCEPT_LANGUAGE="en")
    assert (response.status_code, "does not answer" in response.content.decode()) == (503, True)


def test_who_changes_ones_mind_there_reads_so_here(client, provider):
    state = leave_for(client, provider)["state"]
    response = come_back(client, state=state, error="access_denied")
    assert (response.status_code, "did not sign in at the other site" in response.content.decode()) == (403, True)


def test_another_site_cannot_send_people_through(client, provider):
    response = client.get("/sign-in/with/lying/", HTTP_SEC_FETCH_SITE="cross-site")
    assert response["Location"] == "/sign-in/"


def test_nobody_is_sent_to_another_site_afterwards(client, provider):
    round_trip(client, provider)
    client.post("/sign-in/register/", PERSON)
    again = Client()
    state = leave_for(again, provider, next_path="https://evil.example/")["state"]
    assert come_back(again, state=state)["Location"] == "/"


def test_a_person_cannot_change_what_the_provider_vouches_for(client, provider):
    round_trip(client, provider)
    client.post("/sign-in/register/", PERSON | {"given_name": "Somebody", "family_name": "Else"})
    assert str(ForeignIdentity.objects.get().resident) == "Anna Ozola"
