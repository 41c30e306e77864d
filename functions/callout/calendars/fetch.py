"""Reads what lies at an https address that the on-call description names, within narrow limits.

With the standard library: urllib3 is in Lambda's runtime only as boto3's own, in a version that is not ours to choose;
and the connection has to be made here anyway, to the very address that was looked at.
"""

import io
import socket
import ssl
from collections.abc import Callable, Collection, Container
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from callout.domain.errors import Refused, Unavailable
from callout.domain.internet import public

BYTES_MAX = 1_000_000
SECONDS_MAX = 5
"""In all: redirects, too. Only a name server may take longer; a look-up cannot be broken off from here."""
REDIRECTS_MAX = 3
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK_BYTES = 64 * 1024
HEADERS = {"User-Agent": "callout", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
SAFE = "/%?&=:;,+!$'()*@~[]"
"""What may stand in a path and a query as it is."""


class Fetch:
    """Calls an address and gives what it answers."""

    def __init__(
        self,
        clock: Callable[[], float],
        tls: ssl.SSLContext | None = None,
        schemes: Collection[str] = ("https",),
        allowed: Callable[[str], bool] = public,
        redirects_max: int = REDIRECTS_MAX,
        good: Container[int] = (200,),
    ) -> None:
        """`clock` counts seconds from any beginning; `allowed` says of an IP address whether it may be called.

        `good`: the statuses of an answer that will do.
        """
        self._clock = clock
        self._tls = tls
        self._schemes = schemes
        self._allowed = allowed
        self._redirects_max = redirects_max
        self._good = good

    def __call__(self, address: str) -> bytes:
        """The body. Raises Refused (an address or an answer that will not do) or Unavailable.

        What they say never names the address: whoever knows a calendar's address may read it.
        """
        until = self._clock() + SECONDS_MAX
        try:
            for _ in range(self._redirects_max + 1):
                body, address = self._call(address, until)
                if body is not None:
                    return body
        except (OSError, HTTPException, UnicodeError) as error:
            raise Unavailable(_words(error)) from error
        raise Refused(f"it redirects more than {self._redirects_max} times")

    def _call(self, address: str, until: float) -> tuple[bytes | None, str]:
        """The body, or where else to look."""
        url = self._checked(address)
        with self._connected(url, until) as line:
            connection = HTTPConnection(url.netloc)
            connection.sock = Timed(line, lambda: self._left(until))
            connection.request("GET", _path(url), headers=HEADERS)
            return self._answer(connection, address)

    def _checked(self, address: str) -> SplitResult:
        try:
            url = urlsplit(address)
            host = url.hostname if url.port != 0 else None
        except ValueError as error:
            raise Refused("it is no address that can be called") from error
        if url.scheme not in self._schemes:
            raise Refused(f"only {' and '.join(self._schemes)} addresses are called")
        if not host or not host.isascii() or "@" in url.netloc:
            raise Refused("an address has a plain host name, and neither user name nor password in it")
        return url

    def _connected(self, url: SplitResult, until: float) -> socket.socket:
        """To an IP address that was looked at: another look-up could give another."""
        host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        places = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(map(self._allowed, places)):
            raise Refused("only addresses of the public internet are called")
        plain = self._first(places, port, until)
        if url.scheme != "https":
            return plain
        try:
            plain.settimeout(self._left(until))
            return (self._tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _first(self, places: list[str], port: int, until: float) -> socket.socket:
        """The first of the host's addresses that answers; each but the last has its share of the time only."""
        *others, last = places
        for index, place in enumerate(others):
            try:
                return socket.create_connection((place, port), self._left(until) / (len(places) - index))
            except OSError:
                continue
        return socket.create_connection((last, port), self._left(until))

    def _answer(self, connection: HTTPConnection, address: str) -> tuple[bytes | None, str]:
        answer = connection.getresponse()
        if answer.status in REDIRECTS and (there := answer.getheader("Location")):
            return None, urljoin(address, there)
        if answer.status not in self._good:
            raise (Unavailable if answer.status >= 500 else Refused)(f"it answers with status {answer.status}")
        if answer.getheader("Content-Encoding", "identity").lower() != "identity":
            raise Refused("it answers with a compressed body though it was asked not to")
        body = bytearray()
        while chunk := answer.read1(CHUNK_BYTES):
            body += chunk
            if len(body) > BYTES_MAX:
                raise Refused(f"it answers with more than {BYTES_MAX // 1000} KB")
        if answer.length:
            raise Unavailable("its answer stops in the middle")
        return bytes(body), address

    def _left(self, until: float) -> float:
        left = until - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class Timed(io.RawIOBase):
    """What http.client needs of a socket, with one end for all that is read: its own limit begins anew each time.

    It is closed by whoever opened the line: http.client closes it before it has read the answer.
    """

    def __init__(self, line: socket.socket, left: Callable[[], float]) -> None:
        self._line = line
        self._left = left

    def sendall(self, data: Any) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(Timed(self._line, self._left))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._left())
        return self._line.recv_into(buffer)


def _path(url: SplitResult) -> str:
    whole = url._replace(scheme="", netloc="", fragment="").geturl()
    return quote(whole if whole.startswith("/") else f"/{whole}", safe=SAFE)


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(error, TimeoutError):
        return f"it does not answer within {SECONDS_MAX} seconds"
    if isinstance(error, socket.gaierror):
        return "its host name is not known"
    return f"it cannot be reached ({type(error).__name__})"
