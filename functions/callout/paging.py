"""The verbs: receive, step, answer, watch. Each is a recipe; what is decided is decided in the domain."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from callout.domain.alert import Alert
from callout.domain.brief import Brief, Kind
from callout.domain.decide import decide
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Answered, Decision, Delivered, Event, Reason, Received, Woken
from callout.domain.identity import problem_id
from callout.domain.notice import Notice, Outcome, Result
from callout.domain.oncall import Contact, OnCall, Responder, Service
from callout.domain.page import Changed, Page

OVERDUE_SECONDS = 30
"""How far past its due_at a page may be before the watchdog drives it."""
OVERDUE_PAGES_MAX = 200
"""How many pages the watchdog drives in one run; the rest is a minute older in the next."""
CHANGES_MAX = 25
"""How often a decision is made again because somebody else changed the page meanwhile."""
SENDERS_AT_ONCE = 8


class Pages(Protocol):
    def newest(self, problem: str) -> Page | None: ...

    def get(self, page_id: str) -> Page | None: ...

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page if it still is as `before`; raises domain.page.Changed otherwise. Returns it as saved."""
        ...

    def overdue(self, before: datetime, limit: int) -> list[str]: ...


class Machine(Protocol):
    def start(self, page_id: str, generation: int) -> None:
        """Start the execution; starting it twice is starting it once. Raises Unavailable."""
        ...


class Channel(Protocol):
    def send(self, address: str, brief: Brief) -> str: ...


class Links(Protocol):
    def link(self, page_id: str, responder: str, channel: str) -> str: ...


class Journal(Protocol):
    """Logs and metrics. Whoever writes here hands over no address and no key."""

    def note(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None: ...

    def count(self, name: str, **dimensions: str) -> None: ...

    def late(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside that a verb touches."""

    now: Callable[[], datetime]
    pages: Pages
    machine: Machine
    oncall: Callable[[], OnCall]
    channels: Mapping[str, Channel]
    links: Links
    journal: Journal


@dataclass(frozen=True, slots=True)
class Rest:
    """What a step tells the machine: when to come back, if ever."""

    due_at: datetime | None

    @property
    def done(self) -> bool:
        return self.due_at is None


def receive(world: World, alert: Alert, service: Service, oncall: OnCall) -> Decision:
    """Take one alert of a service in.

    1. Read the newest page of the alert's problem.
    2. Decide: a new page, news, a repeat, or the end of it.
    3. Save it, with its due_at. From here on the alert is accepted: whatever fails, the watchdog finds the page.
    4. Start the machine, if the decision says so. Failing to is no error: it only costs time.

    Raises Unavailable when the page cannot be read or saved: the sender must come again.
    """
    problem = problem_id(service.id, alert.key)
    event = Received(alert, problem, service, oncall.policies[service.policy])
    decision = _changed(world, problem, world.pages.newest(problem), event)
    world.journal.count("AlertsAccepted", reason=decision.reason)
    if decision.reason in (Reason.OPENED, Reason.RETURNED):
        world.journal.count("PagesOpened")
    return decision


def answer(world: World, page_id: str, event: Answered) -> Decision:
    """Record a person's answer; the decision's reason says what came of it. Raises Unavailable, LookupError."""
    page = world.pages.get(page_id)
    if page is None:
        raise LookupError(page_id)
    return answer_page(world, page, event)


def answer_page(world: World, page: Page, event: Answered) -> Decision:
    """The same for a page that has been read already."""
    decision = _changed(world, page.problem, page, event)
    world.journal.count("Answers", verb=event.verb, reason=decision.reason)
    return decision


def step(world: World, page_id: str, generation: int | None) -> Rest:
    """One step of the escalation machine for one page; the watchdog's when `generation` is None.

    1. Read the page and decide what is due.
    2. Save the intent: the notices, and the moment at which an unanswered intent is sent again.
    3. Send, each notice once.
    4. Save what the providers said, and when to come back.
    5. Tell the machine.
    """
    page = world.pages.get(page_id)
    if page is None:
        world.journal.trouble("there is no such page", page_id)
        return Rest(None)
    people = world.oncall().responders
    decision = _changed(world, page.problem, page, Woken(people, generation))
    if decision.page is not page and decision.reason is Reason.STEPPED and decision.page is not None:
        _tell_lateness(world, page, decision.page)
    if decision.to_send and decision.page is not None:
        results = _send(world, decision.page, decision.to_send, people)
        decision = _changed(world, page.problem, decision.page, Delivered(results, people, generation))
    return _rest(decision, generation)


def watch(world: World) -> int:
    """The second way: drive every page that is past its due_at through the same step. Returns how many there were."""
    overdue = world.pages.overdue(world.now() - timedelta(seconds=OVERDUE_SECONDS), OVERDUE_PAGES_MAX)
    with ThreadPoolExecutor(SENDERS_AT_ONCE) as pool:
        list(pool.map(lambda page_id: _drive(world, page_id), overdue))
    return len(overdue)


def _drive(world: World, page_id: str) -> None:
    world.journal.note("overdue: the watchdog drives it", page_id)
    world.journal.count("PagesOverdue")
    try:
        step(world, page_id, None)
    except Exception as error:  # one page's trouble must not hold up the others; the next minute tries again
        world.journal.trouble("the watchdog's step failed", page_id, error=type(error).__name__)


def _changed(world: World, problem: str, page: Page | None, event: Event) -> Decision:
    """Decide and save, again whenever somebody else was faster; then start the machine if it must be started."""
    for _ in range(CHANGES_MAX):
        decision = decide(page, event, world.now())
        if decision.page is None or decision.page is page:
            return decision
        try:
            saved = world.pages.save(decision.page, page)
        except Changed as changed:
            page = changed.current or world.pages.newest(problem)
            continue
        world.journal.note(decision.reason, saved.id, state=saved.state, due_at=str(saved.due_at))
        _start(world, decision)
        return Decision(saved, decision.reason, decision.effects)
    raise Unavailable("the page is being changed too often")


def _start(world: World, decision: Decision) -> None:
    start = decision.start
    if start is None:
        return
    try:
        world.machine.start(start.page_id, start.generation)
    except Unavailable as error:
        world.journal.trouble(
            "the machine did not start: the watchdog will find the page", start.page_id, error=str(error)
        )
        world.journal.count("MachineStartsFailed")


def _rest(decision: Decision, generation: int | None) -> Rest:
    page = decision.page
    replaced = page is not None and generation is not None and page.generation != generation
    if page is None or replaced or decision.reason is Reason.REPLACED:
        return Rest(None)
    return Rest(page.due_at)


def _tell_lateness(world: World, before: Page, after: Page) -> None:
    if before.due_at is not None and after is not before:
        world.journal.late(max(0.0, (world.now() - before.due_at).total_seconds()))


def _send(world: World, page: Page, notices: Sequence[Notice], people: Mapping[str, Responder]) -> list[Result]:
    if len(notices) == 1:
        return [_sent(world, page, notices[0], people)]
    with ThreadPoolExecutor(SENDERS_AT_ONCE) as pool:
        return list(pool.map(lambda notice: _sent(world, page, notice, people), notices))


def _sent(world: World, page: Page, notice: Notice, people: Mapping[str, Responder]) -> Result:
    result = _handed_over(world, page, notice, people)
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
        timezone=responder.timezone,
    )
