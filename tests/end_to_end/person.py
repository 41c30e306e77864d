"""What a person does with a link: opens it, reads the page, types what it asks for, taps a button."""

import re
from typing import Any
from urllib.parse import urlencode

from end_to_end.running import Http

from infra.local.forms import Form, forms

_NUMBER = re.compile(r"Type this number: <strong>(\d{3})</strong>")


def look(http: Http, link: str) -> str:
    answer = http("GET", link)
    assert answer.status == 200
    return str(answer.data.decode())


def form_of(html: str) -> Form:
    found = forms(html)
    assert len(found) == 1
    return found[0]


def number_of(html: str) -> str:
    """The number that the page asks for; "" where it asks for none."""
    found = _NUMBER.search(html)
    return found[1] if found else ""


def buttons(html: str) -> list[str]:
    return [value for form in forms(html) for _, value in form.buttons]


def send(http: Http, link: str, fields: dict[str, str]) -> Any:
    body = urlencode(fields).encode()
    return http("POST", link, body, content_type="application/x-www-form-urlencoded")


def tap(http: Http, link: str, action: str) -> str:
    """The page that comes of it."""
    html = look(http, link)
    fields = form_of(html).fields | {"action": action}
    if number_of(html):
        fields["code"] = number_of(html)
    answer = send(http, link, fields)
    assert answer.status == 200
    return str(answer.data.decode())
