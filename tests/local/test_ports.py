import socket

import pytest

from gis_platform.local.ports import LOOPBACK, PRIVATE_PORTS, choose, is_free, remembered_ports
from gis_platform.local.start_error import StartError


@pytest.fixture
def taken_port():
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_port_with_a_listener_is_not_free(taken_port):
    assert not is_free(taken_port)
    assert not is_free(taken_port, host="0.0.0.0")


def test_it_passes_over_ports_that_are_taken_or_promised(taken_port):
    free = next(port for port in PRIVATE_PORTS if is_free(port))
    assert choose([taken_port, free - 1, free], taken={free - 1}) == free


def test_it_says_so_when_no_port_is_left(taken_port):
    with pytest.raises(StartError, match="No free port"):
        choose([taken_port], taken=set())


def test_services_get_ports_of_their_own_and_the_same_ones_again(tmp_path):
    file = tmp_path / "ports.json"
    first = remembered_ports(file, ["postgres", "redis"], start=17)
    assert len(set(first.values())) == 2
    assert all(port in PRIVATE_PORTS for port in first.values())
    # Another start value changes nothing for what is remembered, nor does a service that was not there before.
    again = remembered_ports(file, ["postgres", "mosquitto", "redis"], start=4000)
    assert {name: again[name] for name in first} == first
    assert again["mosquitto"] not in first.values()


def test_a_remembered_port_that_somebody_took_is_replaced(tmp_path, taken_port):
    file = tmp_path / "ports.json"
    file.write_text(f'{{"redis": {taken_port}}}')
    assert remembered_ports(file, ["redis"], start=0)["redis"] != taken_port
