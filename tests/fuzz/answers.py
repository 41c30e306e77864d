"""The answer link: what any request with any token and any form may change, and what it may show."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fuzz import harmless
from fuzz.house import event, filled, house
from fuzz.stage import SAID, Stage
from fuzz.target import Target


def answer(data: bytes) -> None:
    """A JSON list of requests, one after the other, each {"method", "token", "form"}; words in <> stand for links."""
    stage = house().stage
    stage.again()
    for asked in _requests(data):
        method = asked["method"] if asked["method"] in ("GET", "HEAD", "OPTIONS", "POST") else "POST"
        link, form = filled(asked["token"]), filled(asked["form"])
        before, standing = stage.items(), _standing(stage)
        given = house().acknowledge.handler(event(f"{method} /a/{{token}}", {"token": link}, form), None)
        _shown(given, link)
        if method in ("HEAD", "OPTIONS") or link not in _ours():
            assert stage.items() == before
        elif _standing(stage) != standing:
            _gestured(method, link, dict(parse_qsl(form)))


def _standing(stage: Stage) -> object:
    """What an answer changes; that somebody looked is a line on the ledger, and no more."""
    page = stage.runtime.pages.get(stage.page_id)
    assert page is not None
    return page.state, page.answers, page.due_at, page.generation, page.closed_by


def _ours() -> tuple[str, str]:
    return house().links["sms"], house().links["email"]


def _shown(given: Mapping[str, Any], link: str) -> None:
    text = harmless.html(given["body"])
    ours = link in _ours()
    assert given["statusCode"] in ((200, 422) if ours else (403, 404, 410)), given["statusCode"]
    assert ours or SAID.title not in text


def _gestured(method: str, link: str, fields: Mapping[str, str]) -> None:
    links = house().links
    assert method == "POST"
    assert fields["action"] in ("acknowledge", "resolve", "undo")
    assert fields["nonce"] == links["nonce" if link == links["sms"] else "mailnonce"]
    assert link == links["sms"] or links["code"] == "".join(filter(str.isdecimal, fields["code"]))


def _requests(data: bytes) -> list[dict[str, str]]:
    fields = ("method", "token", "form")
    try:
        listed = json.loads(data)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list):
        text = data.decode("utf-8", "surrogateescape")
        return [dict.fromkeys(fields, text)]
    rows = [each if isinstance(each, dict) else {} for each in listed[:6]]
    return [{name: str(row.get(name, "")) for name in fields} for row in rows]


def answers() -> Iterator[bytes]:
    sms = {"method": "POST", "token": "<sms>", "form": "action=acknowledge&nonce=<nonce>"}
    mail = {"method": "POST", "token": "<email>", "form": "action=resolve&nonce=<mailnonce>&code=<code>"}
    undo = {**sms, "form": "nonce=<nonce>&action=undo"}
    looks = [{"method": method, "token": "<sms>", "form": ""} for method in ("GET", "HEAD", "OPTIONS")]
    others = [{**sms, "token": f"<{name}>"} for name in ("expired", "stranger", "untold", "nowhere", "feed")]
    halves = [{**mail, "form": mail["form"].replace(part, "1")} for part in ("<mailnonce>", "<code>", "resolve")]
    for requests in ([sms], [mail], [sms, undo, mail], looks, others, halves):
        yield json.dumps(requests).encode()


TARGETS = (Target("acknowledge", answer, answers, bytes_max=3_000),)
