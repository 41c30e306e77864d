"""What is fetched from where, and what is not: on a server of this machine, with and without TLS."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from callout.calendars.fetch import BYTES_MAX, Fetch
from callout.domain.errors import Refused, Unavailable

Answer = Callable[[BaseHTTPRequestHandler], None]


def anywhere(_place: str) -> bool:
    return True


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """An address of 127.0.0.1 that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who hangs up early is what some of these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plain(clock: Callable[[], float] = time.monotonic) -> Fetch:
    return Fetch(clock, schemes=("http",), allowed=anywhere)


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def test_the_body_is_fetched_with_path_and_query() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        said = [request.path, *(request.headers.get(name, "") for name in ("Host", "Cookie", "Accept-Encoding"))]
        says(" ".join(said).encode())(request)

    with serving(answer) as address:
        host = address.partition("//")[2]
        body = plain()(f"{address}/on call/ä.ics?token=a%2Fb&x=1#part")
        assert body.decode() == f"/on%20call/%C3%A4.ics?token=a%2Fb&x=1 {host}  identity"
        assert plain()(address).decode().startswith("/ ")


def test_a_body_without_a_length_is_read_to_its_end() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"x" * 200_000)

    with serving(answer) as address:
        assert len(plain()(address)) == 200_000


def test_it_goes_over_tls_and_the_certificate_must_be_good() -> None:
    authority = trustme.CA()
    server, trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusts)
    with serving(says(b"fine"), server) as address:
        assert Fetch(time.monotonic, trusts, allowed=anywhere)(address) == b"fine"
        with pytest.raises(Unavailable, match="its certificate is not trusted"):
            Fetch(time.monotonic, allowed=anywhere)(address)


def test_a_redirect_is_followed_but_only_to_https() -> None:
    authority = trustme.CA()
    server, trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusts)
    with serving(says(b"secret")) as insecure:

        def answer(request: BaseHTTPRequestHandler) -> None:
            to = {"/here": "there", "/down": f"{insecure}/x", "/file": "file:///etc/hosts"}.get(request.path)
            (says(b"", 302, Location=to) if to else says(request.path.encode()))(request)

        with serving(answer, server) as address:
            fetch = Fetch(time.monotonic, trusts, allowed=anywhere)
            assert fetch(f"{address}/here") == b"/there"
            for path in ("/down", "/file"):
                with pytest.raises(Refused, match="only https addresses"):
                    fetch(address + path)


def test_it_is_not_sent_around_in_circles() -> None:
    asked = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        says(b"", 302, Location="/again")(request)

    with serving(answer) as address, pytest.raises(Refused, match="redirects more than 3 times"):
        plain()(address)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Refused), (403, Refused), (304, Refused), (500, Unavailable), (503, Unavailable)]
)
def test_only_200_is_an_answer(status: int, kind: type[Exception]) -> None:
    with serving(says(b"", status)) as address, pytest.raises(kind, match=f"status {status}"):
        plain()(address)


def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65_536)

    with serving(answer) as address, pytest.raises(Refused, match=f"more than {BYTES_MAX // 1000} KB"):
        plain()(address)


def test_a_body_that_stops_in_the_middle_is_no_body() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        says(b"half", Content_Length="8")(request)

    with serving(answer) as address, pytest.raises(Unavailable, match="stops in the middle"):
        plain()(address)


def test_a_compressed_body_is_refused() -> None:
    with (
        serving(says(b"\x1f\x8b", Content_Encoding="gzip")) as address,
        pytest.raises(Refused, match="compressed"),
    ):
        plain()(address)


@pytest.mark.parametrize("drips", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["header", "body"])
def test_who_answers_drop_by_drop_is_left_when_the_time_is_over(drips: bytes) -> None:
    """The clock is the test's: it goes on by a second with each look, so all five are over after a few drops."""
    seconds = iter(range(1000))
    enough = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(drips)
        while not enough.is_set():
            request.wfile.write(b"x")
            request.wfile.flush()

    with serving(answer) as address:
        with pytest.raises(Unavailable, match="does not answer within 5 seconds"):
            plain(lambda: float(next(seconds)))(address)
        enough.set()


def test_who_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening
        with pytest.raises(Unavailable, match="cannot be reached"):
            plain()(f"http://127.0.0.1:{taken.getsockname()[1]}/")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.8", "2130706433", "0"])
def test_no_address_inside_is_called(host: str) -> None:
    with pytest.raises((Refused, Unavailable), match=r"only addresses of the public internet|host name is not known"):
        Fetch(time.monotonic)(f"https://{host}/latest/meta-data")


def test_a_name_with_one_address_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", (place, 443)) for place in ("93.184.215.14", "10.0.0.8")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(Refused, match="only addresses of the public internet"):
        Fetch(time.monotonic)("https://calendar.example.com/oncall.ics")


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example.com/",
        "ftp://calendar.example.com/",
        "file:///etc/passwd",
        "https:///oncall.ics",
        "https://user:word@calendar.example.com/",
        "https://calendar.example.com:0/",
        "https://calendar.example.com:port/",
        "https://[::1/",
        "oncall.ics",
        "",
    ],
)
def test_what_is_no_whole_https_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(Refused) as refused:
        Fetch(time.monotonic)(address)
    assert not address or address not in str(refused.value)


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken, serving(says(b"fine")) as address:
        taken.bind(("127.0.0.2", 0))
        port = int(address.rpartition(":")[2])
        both = [(2, 1, 6, "", (place, port)) for place in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", _only_for("calendar.example.com", both, socket.getaddrinfo))
        assert plain()(f"http://calendar.example.com:{port}/") == b"fine"


def _only_for(name: str, answer: object, otherwise: Callable[..., object]) -> Callable[..., object]:
    return lambda host, *rest, **named: answer if host == name else otherwise(host, *rest, **named)
