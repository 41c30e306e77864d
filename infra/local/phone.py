"""The responders' phones and inboxes, on one page."""

from pathlib import Path

from infra.local.payload import HttpResponse

# Mails are shown in frames that inherit this: no script of theirs runs, nothing is fetched from anywhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'self' about:; form-action 'none'; frame-ancestors 'none'"
)


def files() -> dict[str, HttpResponse]:
    """The page and its two parts, by path."""
    return {
        "/_local/phone": _file("phone.html", "text/html; charset=utf-8"),
        "/_local/phone.css": _file("phone.css", "text/css; charset=utf-8"),
        "/_local/phone.js": _file("phone.js", "text/javascript; charset=utf-8"),
    }


def _file(name: str, content_type: str) -> HttpResponse:
    headers = (
        ("content-type", content_type),
        ("content-security-policy", _POLICY),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    )
    return HttpResponse(200, headers, Path(__file__).with_name(name).read_bytes())
