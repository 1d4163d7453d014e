"""SIP2 as a library desk speaks it: a client that is not ours, over a socket, with and without TLS."""

import logging
import socket
import ssl
import subprocess
from threading import Thread

import pytest
from Sip2.sip2 import Sip2

from gis_platform.devices import services as devices
from gis_platform.devices.models import Device
from gis_platform.devices.sip2.server import MESSAGE_BYTES_MAX, Server
from gis_platform.devices.sip2.session import Session
from gis_platform.residents.models import Means
from gis_platform.residents.services import block_means, issue_means
from tests.people import a_device, a_place, a_resident
from tests.servers import without_pools

CARD = "LV-2026-000417"
A_BANK_CARD = "4111 1111 1111 1111"  # the well-known test number, which fits Luhn's check


@pytest.fixture
def serve(transactional_db, city_of_jelgava):
    running = []

    def start(**tls) -> int:
        server = Server(("127.0.0.1", 0), **tls)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return server.server_address[1]

    with without_pools():
        yield start
        for server in running:
            server.shutdown()
            server.server_close()


@pytest.fixture
def desk():
    return a_device("library", code="desk-1", place=a_place())


@pytest.fixture
def card():
    return issue_means(a_resident(), kind=Means.Kind.LIBRARY, token=CARD, actor="user:1")


def key_of(device: Device) -> str:
    return devices.register(devices.open_registration(device, actor="user:1"))[1].key


def connected(port: int) -> Sip2:
    client = Sip2()
    client.log = logging.getLogger("sip2 client")
    client.hostName, client.hostPort, client.tlsEnable = "127.0.0.1", port, False
    client.language = "001"
    client.institutionId = "Jelgava library"
    client.connect()
    return client


def sign_in(client: Sip2, device: Device, key: str) -> bool:
    answer = client.sip_login_response(client.get_response(client.sip_login_request(device.code, key)))
    return answer["fixed"]["Ok"] == "1"


def patron(client: Sip2, token: str) -> dict:
    client.patron = token
    return client.sip_patron_status_response(client.get_response(client.sip_patron_status_request()))


@pytest.fixture
def client(serve, desk):
    client = connected(serve())
    assert sign_in(client, desk, key_of(desk))
    yield client
    client.disconnect()


def test_a_desk_learns_what_is_supported(client, desk):
    answer = client.sip_sc_status_response(client.get_response(client.sip_sc_status_request()))
    assert (answer["fixed"]["OnlineStatus"], answer["fixed"]["CheckoutOk"]) == ("Y", "N")
    assert answer["fixed"]["ProtocolVersion"] == "2.00"
    assert answer["variable"]["AM"] == [desk.place.name_lv]  # a status is asked for in no language
    assert answer["variable"]["BX"] == ["YNNNYYYYYNNNNNNN"]


def test_a_card_is_known_and_nothing_else_is_told(client, card):
    answer = patron(client, CARD)
    assert answer["variable"]["BL"] == ["Y"]
    assert answer["fixed"]["PatronStatus"] == " " * 14
    assert card.resident.family_name not in client.last_response
    assert str(card.resident.handle) not in client.last_response


def test_information_says_the_same_and_counts_no_loans_until_the_session_ends(client, card):
    client.patron = CARD
    asked = client.sip_patron_information_request("none")
    answer = client.sip_patron_information_response(client.get_response(asked))
    assert answer["variable"]["BL"] == ["Y"]
    assert answer["fixed"]["ChargedItemsCount"] == "0000"
    ended = client.sip_end_patron_session_response(client.get_response(client.sip_end_patron_session_request()))
    assert ended["fixed"]["EndSession"] == "Y"


def test_a_blocked_card_is_reported_lost_and_its_sentence_says_so(client, card):
    block_means(card, actor="user:1")
    answer = patron(client, CARD)
    assert (answer["variable"]["BL"], answer["fixed"]["PatronStatus"]) == (["N"], "YYYYY" + " " * 9)
    assert answer["variable"]["AF"][0].startswith("This card or code is blocked")


def test_an_unknown_card_is_denied_and_a_field_cannot_add_another(client, card):
    for token in ("nobody's card", "", A_BANK_CARD):
        assert patron(client, token)["variable"]["BL"] == ["N"]
    answer = patron(client, f"{CARD}\nAFHello")
    assert (answer["variable"]["BL"], "Hello" in answer["variable"]["AF"][0]) == (["N"], False)


def test_a_key_that_is_revoked_ends_the_conversation_at_its_next_message(client, desk, card):
    devices.revoke(desk, actor="user:1")
    assert client.get_response(client.sip_patron_status_request()).startswith("940")


class TestRaw:
    """What a well-behaved client does not send."""

    @pytest.fixture
    def line(self, serve):
        with socket.create_connection(("127.0.0.1", serve()), timeout=5) as line:
            yield line

    def ask(self, line: socket.socket, text: str | bytes) -> bytes:
        line.sendall(text if isinstance(text, bytes) else text.encode() + b"\r")
        return line.recv(4096)

    def test_who_has_not_signed_in_learns_nothing(self, line):
        assert self.ask(line, b"\xff\xfe\x80\r") == b"96\r"  # no text, so it is asked for again
        assert self.ask(line, f"2300120261124    120000AOx|AA{CARD}|AC|AD|") == b"940\r"
        assert line.recv(10) == b""

    def test_a_message_that_never_ends_is_hung_up_on(self, line):
        line.sendall(b"9" * (MESSAGE_BYTES_MAX + 1))
        assert line.recv(10) == b""

    def test_three_wrong_keys_end_the_connection_and_a_tills_key_opens_nothing(self, line, desk):
        till = a_device("till", code="till-1", place=a_place())
        assert self.ask(line, f"9300CN{till.code}|CO{key_of(till)}|") == b"940\r"
        assert [self.ask(line, f"9300CN{desk.code}|COwrong|") for _ in range(2)] == [b"940\r"] * 2
        assert line.recv(10) == b""

    def test_a_desk_may_ask_for_the_last_answer_again(self, line, desk):
        assert self.ask(line, "97") == b"96\r"
        assert self.ask(line, f"9300CN{desk.code}|CO{key_of(desk)}|") == b"941\r"
        assert self.ask(line, "97") == b"941\r"


@pytest.mark.parametrize("garbage", ["", "zz", "00", "23001", "9900302.00AY1AZ0000", "77", "\x00\xff", "A" * 500])
def test_what_is_garbled_is_asked_for_again(garbage):
    assert Session().answer(garbage) == "96"


def test_over_tls_when_there_is_a_certificate(serve, tmp_path):
    pem, key = tmp_path / "desk.pem", tmp_path / "desk.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", pem], check=True, capture_output=True)
    context = ssl.create_default_context(cafile=pem)
    with (
        socket.create_connection(("127.0.0.1", serve(certificate=pem, key=key)), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(b"97\r")
        assert line.recv(10) == b"96\r"
