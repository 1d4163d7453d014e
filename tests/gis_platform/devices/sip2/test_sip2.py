"""SIP2 as a library desk speaks it: over a socket, written and read by an implementation that is not ours."""

import socket
import ssl
import subprocess
from threading import Thread

import pytest
from pysip2 import (
    ACSStatusResponse,
    EndPatronSessionRequest,
    LoginRequest,
    PatronInformationRequest,
    PatronStatusRequest,
    SCStatusRequest,
    decode_message,
    encode_message,
)

from gis_platform.devices import services as devices
from gis_platform.devices.models import Device
from gis_platform.devices.sip2.server import MESSAGE_BYTES_MAX, Server
from gis_platform.devices.sip2.session import Session
from gis_platform.residents.models import Means
from gis_platform.residents.services import block_means, issue_means
from tests.people import a_device, a_place, a_resident, device_header
from tests.servers import without_pools

CARD = "LV-2026-000417"
A_BANK_CARD = "4111 1111 1111 1111"  # the well-known test number, which fits Luhn's check
AT = "20261124    120000"
ENGLISH = "001"


class Desk:
    """Asks with checksums and a sequence number, and wants both back."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.sequence = 0
        self.last = b""

    def ask(self, message):
        self.sequence = (self.sequence + 1) % 10
        self.line.sendall(encode_message(message, sequence_number=self.sequence, checksum=True, encoding="utf-8"))
        self.last = self.line.recv(4096)
        answer = decode_message(self.last, encoding="utf-8")  # raises where the checksum does not fit
        assert answer.sequence_number == self.sequence
        return answer.message

    def sign_in(self, device: Device, key: str) -> bool:
        asked = LoginRequest(uid_algorithm="0", pwd_algorithm="0", login_user_id=device.code, login_password=key)
        return self.ask(asked).ok == "1"

    def patron(self, card: str):
        return self.ask(
            PatronStatusRequest(
                language=ENGLISH,
                transaction_date=AT,
                institution_id="library",
                patron_identifier=card,
                terminal_password="",
                patron_password="",
            )
        )


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
def device():
    return a_device("library", code="desk-1", place=a_place())


@pytest.fixture
def card():
    return issue_means(a_resident(), kind=Means.Kind.LIBRARY, token=CARD, actor="user:1")


def key_of(device: Device) -> str:
    return device_header(device)["HTTP_AUTHORIZATION"].removeprefix("Device ")


@pytest.fixture
def desk(serve, device):
    desk = Desk(serve())
    with desk.line:
        assert desk.sign_in(device, key_of(device))
        yield desk


def test_a_desk_learns_what_is_supported(desk, device):
    answer = desk.ask(SCStatusRequest(status_code="0", max_print_width="080", protocol_version="2.00"))
    assert isinstance(answer, ACSStatusResponse)
    assert (answer.online_status, answer.checkout_ok, answer.protocol_version) == ("Y", "N", "2.00")
    assert answer.library_name == device.place.name_lv  # a status is asked for in no language
    assert answer.supported_messages == "YNNNYYYYYNNNNNNN"


def test_a_card_is_known_and_nothing_else_is_told(desk, card):
    answer = desk.patron(CARD)
    assert (answer.valid_patron, answer.patron_status, answer.personal_name) == ("Y", " " * 14, "")
    assert card.resident.family_name.encode() not in desk.last
    assert str(card.resident.handle).encode() not in desk.last


def test_information_says_the_same_and_counts_no_loans_until_the_session_ends(desk, card):
    asked = {"transaction_date": AT, "institution_id": "library", "patron_identifier": CARD}
    answer = desk.ask(PatronInformationRequest(language=ENGLISH, summary=" " * 10, **asked))
    assert (answer.valid_patron, answer.charged_items_count) == ("Y", "0000")
    assert desk.ask(EndPatronSessionRequest(**asked)).end_session == "Y"


def test_a_blocked_card_is_reported_lost_and_its_sentence_says_so(desk, card):
    block_means(card, actor="user:1")
    answer = desk.patron(CARD)
    assert (answer.valid_patron, answer.patron_status) == ("N", "YYYYY" + " " * 9)
    assert answer.screen_message[0].startswith("This card or code is blocked")


@pytest.mark.parametrize("token", ["nobody's card", A_BANK_CARD])
def test_an_unknown_card_is_denied(desk, card, token):
    assert desk.patron(token).valid_patron == "N"


def test_a_key_that_is_revoked_ends_the_conversation_at_its_next_message(desk, device, card):
    devices.revoke(device, actor="user:1")
    assert desk.patron(CARD).ok == "0"


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

    def test_three_wrong_keys_end_the_connection_and_a_tills_key_opens_nothing(self, line, device):
        till = a_device("till", code="till-1", place=a_place())
        assert self.ask(line, f"9300CN{till.code}|CO{key_of(till)}|") == b"940\r"
        assert [self.ask(line, f"9300CN{device.code}|COwrong|") for _ in range(2)] == [b"940\r"] * 2
        assert line.recv(10) == b""

    def test_a_desk_may_ask_for_the_last_answer_again(self, line, device):
        assert self.ask(line, "97") == b"96\r"
        assert self.ask(line, f"9300CN{device.code}|CO{key_of(device)}|") == b"941\r"
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
        socket.create_connection(("127.0.0.1", serve(certificate=str(pem), key=str(key))), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(b"97\r")
        assert line.recv(10) == b"96\r"
