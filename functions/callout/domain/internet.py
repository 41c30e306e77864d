"""Which IP addresses anybody can call, and which lead into a house."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

INWARD = tuple(map(ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10")))
"""Kinds of IPv6 addresses that are out of use, or a house's own; not every Python knows them."""
NAT64 = ip_network("64:ff9b::/96")
"""Through such an address of IPv6 a gateway calls the address of IPv4 that is its end."""


def public(place: str) -> bool:
    """Whether an IP address is one of the public internet, also if it is wrapped in another."""
    try:
        ip = ip_address(place.partition("%")[0])
    except ValueError:
        return False
    if any(ip in network for network in INWARD):
        return False
    return all(each.is_global and not each.is_multicast for each in (ip, *_within(ip)))


def _within(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return []
    nat64 = IPv4Address(ip.packed[-4:]) if ip in NAT64 else None
    return [each for each in (ip.ipv4_mapped, ip.sixtofour, nat64, *(ip.teredo or ())) if each is not None]
