"""Where a webhook may go: never into the city's own network by a trick."""

import socket

import pytest

from gis_platform.integrations.webhooks import addresses
from gis_platform.integrations.webhooks.addresses import AddressRefused, target


def leads_to(monkeypatch, *found):
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_args, **_values: entries)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://",
        "https://:443/",
        "https://user:pass@example.org/",
        "https://user@example.org/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://exämple.org/",
        "https://example.org/" + "a" * 1000,
        "https://[::1",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
    ],
)
def test_an_address_that_is_none_or_leads_inside_is_refused(url):
    with pytest.raises(AddressRefused):
        target(url)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "::1", "fd00::1"]
)
def test_a_name_that_leads_inside_is_refused(monkeypatch, address):
    leads_to(monkeypatch, "93.184.215.14", address)
    with pytest.raises(AddressRefused):
        target("https://example.org/")


def test_a_name_is_looked_up_once_and_that_address_is_the_one_connected_to(monkeypatch):
    leads_to(monkeypatch, "93.184.215.14")
    found = target("https://example.org:8443/hook?x=1")
    assert (found.address, found.host, found.port, found.path) == ("93.184.215.14", "example.org", 8443, "/hook?x=1")


def test_an_odd_spelling_of_a_number_is_judged_by_what_it_leads_to(monkeypatch):
    leads_to(monkeypatch, "127.0.0.1")
    for url in ("https://2130706433/", "https://0x7f.1/", "https://localhost/"):
        with pytest.raises(AddressRefused):
            target(url)


def test_production_takes_https_alone(settings, monkeypatch):
    leads_to(monkeypatch, "93.184.215.14")
    assert target("http://example.org/").secure is False
    settings.PRODUCTION = True
    with pytest.raises(AddressRefused):
        target("http://example.org/")
