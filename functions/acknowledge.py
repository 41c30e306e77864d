"""The answer link: GET, HEAD and OPTIONS /a/<token> show, POST acts. Only a person's gesture changes anything."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from callout.domain import token
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Reason, Verb
from callout.domain.page import Page
from callout.domain.token import Expired, Forged, LinkKind
from callout.paging import answer_page, looked
from callout.runtime import runtime
from callout.web import answer, answering, http
from callout.web.answer import Situation, View

RUNTIME = runtime()
answer.prepare()

FORM_BYTES_MAX = 1_000
NOTHING: Mapping[type, Situation] = {Forged: Situation.FORGED, Expired: Situation.EXPIRED}


class Link:
    """A link that is ours: its page, its responder, and what its form must bring."""

    def __init__(self, text: str) -> None:
        """Raises Forged, Expired, LookupError, Unavailable."""
        keys = RUNTIME.signing_keys(token.read(text).key_id)
        signed = token.verify(text, keys, RUNTIME.now())
        self.text, self.key = text, keys[signed.key_id]
        self.by = "email link" if signed.kind is LinkKind.EMAIL else "SMS link"
        self.code = token.code(text, self.key) if signed.kind is LinkKind.EMAIL else ""
        page = RUNTIME.pages.get(signed.page_id)
        told = next((told for told in page.told if signed.is_for(told.id)), None) if page else None
        if page is None or told is None:
            raise LookupError
        self.page, self.told = page, told

    def view(self, page: Page, reason: Reason | None = None) -> View:
        view = answering.view_of(page, self.told, RUNTIME.now(), reason)
        return replace(view, nonce=token.nonce(self.text, self.key), code=self.code)

    def posted(self, form: Mapping[str, str]) -> View:
        """What came of a form. One that did not come from our page, or lacks the email's number, changes nothing."""
        if form.get("action") not in tuple(Verb) or not token.is_nonce(self.text, self.key, form.get("nonce", "")):
            return self.view(self.page)
        if self.code and not token.is_code(self.text, self.key, form.get("code", "")):
            return replace(self.view(self.page), wrong_code=True)
        try:
            event = Answered(Verb(form["action"]), self.told.id, self.told.name, self.by)
            decision = answer_page(RUNTIME.world, self.page, event)
            return self.view(decision.page or self.page, decision.reason)
        except Unavailable as error:
            RUNTIME.journal.trouble("an answer was not recorded", self.page.id, error=str(error))
            return replace(self.view(self.page), situation=Situation.NOT_RECORDED)


def respond(request: http.Request) -> View:
    posted = request.method == "POST"
    try:
        link = Link(request.path["token"])
        form = dict(parse_qsl(request.body[:FORM_BYTES_MAX].decode("utf-8", "replace")))
        if request.method == "GET":
            link.page = looked(RUNTIME.world, link.page, link.told, link.by)
        return link.posted(form) if posted else link.view(link.page)
    except (Forged, Expired, LookupError) as error:
        return answering.nothing(NOTHING.get(type(error), Situation.MISSING), RUNTIME.now())
    except Unavailable as error:
        RUNTIME.journal.trouble("the answer page failed", error=str(error))
        return answering.nothing(Situation.NOT_RECORDED if posted else Situation.NOT_SHOWN, RUNTIME.now())


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    with RUNTIME.journal.of_one_event():
        view = respond(http.request_of(event))
        return http.answer(answer.status(view), answer.render(view), answer.headers())
