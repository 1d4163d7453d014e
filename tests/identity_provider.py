"""An OpenID Connect provider that lies as it is told to, with signatures that are real."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "the-city", "a secret of the tests"
CODE = "the-code"


class LyingProvider:
    """`lie` changes the claims before they are signed, `sign` makes the token; `key` is what the key set shows."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.signing_key = self.key
        self.lie: Callable[[dict[str, Any]], None] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self._signed
        self.names_itself = False
        self.issuer = ""
        self.nonce = ""
        self.person: dict[str, Any] = {"sub": "anna-1", "given_name": "Anna", "family_name": "Ozola"}
        self.asked: list[dict[str, list[str]]] = []

    def settings(self, **more: str) -> dict[str, str]:
        about = {"id": "lying", "title": "Latvija.lv", "issuer": self.issuer, "client_id": CLIENT_ID}
        return about | {"client_secret": CLIENT_SECRET} | more

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            **self.person,
        }
        self.lie(claims)
        return self.sign(claims)

    def rotate_keys(self) -> None:
        self.key = self.signing_key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.signing_key.kid}, claims, self.signing_key)

    def answer(self, path: str, body: dict[str, list[str]]) -> dict[str, Any]:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "authorization_response_iss_parameter_supported": self.names_itself,
                }
            case "/keys":
                return {"keys": [self.key.as_dict(private=False)]}
            case "/token":
                self.asked.append(body)
                return {"access_token": "none of our business", "token_type": "Bearer", "id_token": self.id_token()}
        raise KeyError(path)


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    provider = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(parse_qs(body))

        def _answer(self, body: dict[str, list[str]]) -> None:
            text = json.dumps(provider.answer(urlsplit(self.path).path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield provider
        server.shutdown()


def leave_for(client: Client, provider: LyingProvider, *, next_path: str = "") -> dict[str, str]:
    """Presses the button; what the browser is sent to the provider with."""
    response = client.get("/sign-in/with/lying/", {"next": next_path} if next_path else {})
    assert response.status_code == 302, response.content.decode()
    sent = {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}
    provider.nonce = sent["nonce"]
    return sent


def come_back(client: Client, **answer: str):
    return client.get("/sign-in/with/lying/answer/", {"code": CODE, **answer}, HTTP_ACCEPT_LANGUAGE="en")


def unsigned(claims: dict[str, Any]) -> str:
    """A token of the algorithm "none", by which anybody is anybody."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
