"""The calendar feed: GET /calendar/<token> is a schedule's shifts, for calendars that subscribe to it. Names only."""

from collections.abc import Mapping
from typing import Any

from callout.domain import feed_address
from callout.domain.errors import Unavailable
from callout.domain.token import Forged
from callout.runtime import runtime
from callout.web import feed, http

RUNTIME = runtime()


def shifts(token: str) -> str:
    """Raises Forged, LookupError where there is no such schedule (any more), Unavailable."""
    address = token.removesuffix(feed.SUFFIX)
    keys = RUNTIME.signing_keys(feed_address.read(address).key_id)
    name = feed_address.verify(address, keys)
    oncall = RUNTIME.oncall()
    return feed.feed(oncall, oncall.schedules[name], RUNTIME.now())


def respond(request: http.Request) -> dict[str, Any]:
    """Never an empty calendar where something is wrong: whoever subscribed would see nobody on call."""
    try:
        return http.answer(200, shifts(request.path["token"]), feed.HEADERS)
    except (Forged, LookupError):
        return http.answer(404, "There is no such calendar. Ask for its new address.\n", feed.PLAIN)
    except Unavailable as error:
        RUNTIME.journal.trouble("the calendar feed failed", error=str(error))
        return http.answer(503, "The calendar cannot be read now. Come again later.\n", feed.PLAIN)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    with RUNTIME.journal.of_one_event():
        return respond(http.request_of(event))
