"""Hands a step's notices over: each channel on its own, while there is time and somebody still waits for them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from threading import Lock

from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused, Unavailable
from callout.domain.notice import TEXT, Notice, Outcome, Result
from callout.domain.notifying import told_without_a_text
from callout.domain.oncall import Contact, Responder
from callout.domain.page import Page
from callout.domain.synthetic import is_synthetic
from callout.world import World

LOOK_AGAIN_SECONDS = 2
"""While a step sends for longer than this, it looks whether somebody has answered meanwhile."""
SENDERS_AT_ONCE = 8
"""For each channel: one that hangs does not hold up the other."""


def send(
    world: World,
    page: Page,
    notices: Sequence[Notice],
    people: Mapping[str, Responder],
    until: datetime,
    texts_max: int,
) -> list[Result]:
    """Hand the page's notices over and say what came of each; those not begun by `until` are left for the next step.

    `texts_max`: beyond so many a day (UTC) for the page's service, nobody gets a second text about the same page.
    """
    sending = Sending(world, page, until, _spent(world, page, notices, texts_max))
    if len(notices) == 1:
        return [_sent(sending, notices[0], people)]
    channels = dict.fromkeys(notice.channel for notice in notices)
    with ExitStack() as stack:
        pools = {channel: stack.enter_context(world.pool(SENDERS_AT_ONCE)) for channel in channels}
        sent = [pools[notice.channel].submit(_sent, sending, notice, people) for notice in notices]
        return [each.result() for each in sent]


class Sending:
    """One step's sending: how long it may begin new messages, and whether anybody still waits for them."""

    def __init__(self, world: World, page: Page, until: datetime, spent: str) -> None:
        self.world, self.page = world, page
        self._spent = spent
        self._until = until
        self._looked_at = world.now()
        self._wanted = frozenset(notice.number for notice in page.notices)
        self._lock = Lock()

    def wants(self, notice: Notice) -> bool:
        with self._lock:
            now = self.world.now()
            if now >= self._until:
                return False
            if (now - self._looked_at).total_seconds() > LOOK_AGAIN_SECONDS:
                self._looked_at = now
                page = self.world.pages.get(self.page.id) or self.page
                self._wanted = frozenset(notice.number for notice in page.notices)
            return notice.number in self._wanted

    def stops(self, notice: Notice, responder: Responder | None) -> str:
        """Why the notice costs more than the service has left for today; "" where it does not, or must not matter.

        Nobody is left in silence whom nothing else reaches, and the end is loud whatever it costs.
        """
        first = notice.channel != TEXT or notice.responder not in self.page.texted
        if first or notice.kind is Kind.EXHAUSTED:
            return ""
        return self._spent if responder and told_without_a_text(self.page, notice, responder) else ""


def _spent(world: World, page: Page, notices: Sequence[Notice], texts_max: int) -> str:
    """What to say of a further text. Where nobody knows how many there were, it goes out."""
    count = sum(notice.channel == TEXT and notice.tries <= 1 for notice in notices)
    try:
        if not count or world.counters.texts(page.service.id, world.now(), count) <= texts_max:
            return ""
    except Unavailable as error:
        world.journal.trouble("texts could not be counted", page.id, error=str(error))
        return ""
    return f"{page.service.id} has had its {texts_max} texts for today"


def _sent(sending: Sending, notice: Notice, people: Mapping[str, Responder]) -> Result:
    world, page = sending.world, sending.page
    try:
        if not sending.wants(notice):
            return Result(notice.number, Outcome.QUEUED)
    except Unavailable:
        pass  # whether anybody answered cannot be seen now: two texts are better than none
    stops = sending.stops(notice, people.get(notice.responder))
    if stops:
        world.journal.count("SmsLimited")
        result = Result(notice.number, Outcome.REFUSED, stops, withheld=True)
    else:
        result = _handed_over(world, page, notice, people)
    if not is_synthetic(page.service.id):
        world.journal.count("Notices", channel=notice.channel, result=result.outcome)
    note = {"channel": notice.channel, "responder": notice.responder, "kind": notice.kind, "note": result.note}
    world.journal.note(f"notice {result.outcome}", page.id, **note)
    return result


def _handed_over(world: World, page: Page, notice: Notice, people: Mapping[str, Responder]) -> Result:
    responder = people.get(notice.responder)
    contact = _contact(responder, notice.contact)
    channel = world.channels.get(notice.channel)
    if responder is None or contact is None or channel is None:
        return Result(notice.number, Outcome.REFUSED, "not described any more")
    try:
        link = world.links.link(page.id, responder.id, notice.channel)
        return Result(notice.number, Outcome.SENT, channel.send(contact.address, brief(page, notice, responder, link)))
    except Refused as error:
        return Result(notice.number, Outcome.REFUSED, str(error))
    except Unavailable as error:
        return Result(notice.number, Outcome.UNAVAILABLE, str(error))
    except Exception as error:  # a mistake of ours in one channel must not silence the others
        world.journal.trouble("sending failed unexpectedly", page.id, error=type(error).__name__)
        return Result(notice.number, Outcome.UNAVAILABLE, type(error).__name__)


def _contact(responder: Responder | None, contact_id: str) -> Contact | None:
    contacts: Iterable[Contact] = responder.contacts if responder else ()
    return next((contact for contact in contacts if contact.id == contact_id), None)


def brief(page: Page, notice: Notice, responder: Responder, link: str) -> Brief:
    """What this notice tells this responder."""
    clock = page.clock if page.clock and page.clock.running else None
    return Brief(
        kind=notice.kind,
        page_id=page.id,
        service=page.service.name,
        title=page.title,
        severity=page.severity,
        opened_at=page.opened_at,
        link=link,
        tier=page.tier + 1,
        tiers=len(page.policy.tiers),
        source=page.source,
        news=page.news if notice.kind is Kind.NEWS else "",
        details=page.details,
        links=page.links,
        runbook=page.runbook or page.service.runbook,
        bridge=page.service.bridge,
        alerts=page.alerts,
        returned=page.returned,
        unparsed=page.unparsed,
        priority=str(page.priority),
        answer_by=clock.due_at if clock else None,
        agreed=clock.agreed if clock else "",
        others=responder.id in page.must_answer and any(name != responder.id for name in page.awaited),
        owner=page.service.owner,
        started_at=page.started_at,
        notice=notice.number,
        timezone=responder.timezone,
    )
