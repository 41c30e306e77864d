"""Which IP addresses are of the public internet."""

import pytest

from callout.domain.internet import public


@pytest.mark.parametrize("place", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808"])
def test_these_anybody_can_call(place: str) -> None:
    assert public(place)


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.1.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::fb",
        "::ffff:169.254.169.254",
        "2002:a9fe:a9fe::1",
        "64:ff9b::a9fe:a9fe",
        "2001:0:a9fe:a9fe::1",
        "calendar.example.com",
        "",
    ],
)
def test_these_lead_inside_or_nowhere(place: str) -> None:
    assert not public(place)
