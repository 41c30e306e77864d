"""The answer link: GET, HEAD and OPTIONS /a/<token> show, POST acts. Only a person's gesture changes anything."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from callout.domain import token
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Reason, Verb
from callout.domain.page import Page, Told
from callout.domain.token import Expired, Forged, LinkKind, SigningKey
from callout.paging import answer_page
from callout.runtime import runtime
from callout.web import answer, answering, http
from callout.web.answer import Situation, View

RUNTIME = runtime()
RUNTIME.warm("stepfunctions")

FORM_BYTES_MAX = 1_000


class Link:
    """A link that is ours: its page, its responder, and what its form must bring."""

    def __init__(self, text: str) -> None:
        """Raises Forged, Expired, LookupError, Unavailable."""
        keys = RUNTIME.signing_keys(token.read(text).key_id)
        self.text = text
        self.token = token.verify(text, keys, RUNTIME.now())
        self.key: SigningKey = keys[self.token.key_id]
        self.page: Page = RUNTIME.pages.get(self.token.page_id) or _missing()
        self.told: Told = next((told for told in self.page.told if self.token.is_for(told.id)), None) or _missing()

    @property
    def by_email(self) -> bool:
        return self.token.kind is LinkKind.EMAIL

    def view(self, page: Page, reason: Reason | None = None) -> View:
        view = answering.view_of(page, self.told, RUNTIME.now(), reason)
        code = token.code(self.text, self.key) if self.by_email else ""
        return replace(view, nonce=token.nonce(self.text, self.key), code=code)


def _missing() -> Any:
    raise LookupError


def shown(link: Link) -> View:
    return link.view(link.page)


def acted(link: Link, form: Mapping[str, str]) -> View:
    """What came of a posted form. One that did not come from our page changes nothing."""
    if form.get("action") not in tuple(Verb) or not token.is_nonce(link.text, link.key, form.get("nonce", "")):
        return shown(link)
    if link.by_email and not token.is_code(link.text, link.key, form.get("code", "")):
        return replace(shown(link), wrong_code=True)
    event = Answered(Verb(form["action"]), link.told.id, link.told.name, "email link" if link.by_email else "SMS link")
    decision = answer_page(RUNTIME.world, link.page, event)
    return link.view(decision.page or link.page, decision.reason)


def form_of(body: bytes) -> dict[str, str]:
    fields = parse_qs(body[:FORM_BYTES_MAX].decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}


def respond(request: http.Request) -> View:
    posted = request.method == "POST"
    try:
        link = Link(request.path["token"])
        return acted(link, form_of(request.body)) if posted else shown(link)
    except Forged:
        return answering.nothing(Situation.FORGED, RUNTIME.now())
    except Expired:
        return answering.nothing(Situation.EXPIRED, RUNTIME.now())
    except LookupError:
        return answering.nothing(Situation.MISSING, RUNTIME.now())
    except Unavailable as error:
        RUNTIME.journal.trouble("the answer page failed", error=str(error))
        return answering.nothing(Situation.NOT_RECORDED if posted else Situation.NOT_SHOWN, RUNTIME.now())


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    with RUNTIME.journal.of_one_event():
        view = respond(http.request_of(event))
        return http.answer(answer.status(view), answer.render(view), answer.headers())
