"""The verbs: receive, step, answer, watch. Each is a recipe; what is decided is decided in the domain."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from callout.domain.alert import Alert
from callout.domain.brief import Brief, Kind
from callout.domain.decide import decide
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Answered, Decision, Delivered, Event, Reason, Received, Woken
from callout.domain.identity import problem_id
from callout.domain.notice import Notice, Outcome, Result
from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, targets
from callout.domain.page import Changed, Page, State

OVERDUE_SECONDS = 30
"""How far past its due_at a page may be before the watchdog drives it."""
WATCH_SECONDS = 40
"""How long one run of the watchdog begins new pages; the next run, a minute later, goes on with the oldest."""
SEND_SECONDS = 35
"""How long one step begins new messages; it must save what it knows before its function's 60 seconds are over."""
LOOK_AGAIN_SECONDS = 2
"""While a step sends for longer than this, it looks whether somebody has answered meanwhile."""
CHANGES_MAX = 25
"""How often a decision is made again because somebody else changed the page meanwhile."""
SENDERS_AT_ONCE = 8
"""For each channel: one that hangs does not hold up the other."""


class Pages(Protocol):
    def newest(self, problem: str) -> Page | None: ...

    def get(self, page_id: str) -> Page | None: ...

    def save(self, page: Page, before: Page | None) -> Page:
        """Write the page if it still is as `before`; raises domain.page.Changed otherwise. Returns it as saved."""
        ...

    def overdue(self, before: datetime) -> Iterable[str]: ...


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
    """The live description, perhaps a minute old."""
    fresh_oncall: Callable[[], OnCall]
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
    people, policy = _described(world, page)
    decision = _changed(world, page.problem, page, Woken(people, generation, policy))
    if decision.reason is Reason.STEPPED and decision.page is not None:
        _measure(world, page, decision.page)
    if decision.to_send and decision.page is not None:
        results = _send(world, decision.page, decision.to_send, people)
        decision = _changed(world, page.problem, decision.page, Delivered(results, people, generation))
    return _rest(decision)


def _described(world: World, page: Page) -> tuple[Mapping[str, Responder], Policy | None]:
    """The people, and the service's live policy; looked up afresh where somebody of the page's policy is not known."""
    oncall = world.oncall()
    if any(name not in oncall.responders for name in targets(page.policy)):
        oncall = world.fresh_oncall()
    service = oncall.services.get(page.service.id)
    return oncall.responders, oncall.policies.get(service.policy) if service else None


def watch(world: World) -> int:
    """The second way: drive every page that is past its due_at through the same step. Returns how many there were."""
    began = world.now()
    overdue = list(world.pages.overdue(began - timedelta(seconds=OVERDUE_SECONDS)))
    until = began + timedelta(seconds=WATCH_SECONDS)
    with ThreadPoolExecutor(SENDERS_AT_ONCE) as pool:
        list(pool.map(lambda page_id: _drive(world, page_id, until), overdue))
    return len(overdue)


def _drive(world: World, page_id: str, until: datetime) -> None:
    if world.now() > until:
        return
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
            if _is_past(world, page, event):
                return Decision(page, Reason.TOO_LATE_TO_UNDO)
            page = changed.current or _read_again(world, problem, page, event)
            continue
        world.journal.note(decision.reason, saved.id, state=saved.state, due_at=str(saved.due_at))
        _start(world, decision)
        return Decision(saved, decision.reason, decision.effects)
    raise Unavailable("the page is being changed too often")


def _is_past(world: World, page: Page | None, event: Event) -> bool:
    """Whether somebody takes back a "resolved" whose problem has come back on a page of its own meanwhile."""
    if page is None or page.open or not isinstance(event, Answered):
        return False
    newest = world.pages.newest(page.problem)
    return newest is not None and newest.id != page.id


def _read_again(world: World, problem: str, page: Page | None, event: Event) -> Page | None:
    """An alert concerns the problem, whichever page is its newest by now; everything else concerns this very page."""
    if page is None or isinstance(event, Received):
        return world.pages.newest(problem)
    return world.pages.get(page.id)


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


def _rest(decision: Decision) -> Rest:
    """When to come back: never for an execution that was replaced; one that is replaced while it waits learns it then."""
    page = decision.page
    return Rest(None if page is None or decision.reason is Reason.REPLACED else page.due_at)


def _measure(world: World, before: Page, after: Page) -> None:
    if before.due_at is not None:
        world.journal.late(max(0.0, (world.now() - before.due_at).total_seconds()))
    if after.state is State.EXHAUSTED and before.state is not State.EXHAUSTED:
        world.journal.count("PagesExhausted")


def _send(world: World, page: Page, notices: Sequence[Notice], people: Mapping[str, Responder]) -> list[Result]:
    sending = Sending(world, page)
    if len(notices) == 1:
        return [_sent(sending, notices[0], people)]
    channels = dict.fromkeys(notice.channel for notice in notices)
    with ExitStack() as stack:
        pools = {channel: stack.enter_context(ThreadPoolExecutor(SENDERS_AT_ONCE)) for channel in channels}
        sent = [pools[notice.channel].submit(_sent, sending, notice, people) for notice in notices]
        return [each.result() for each in sent]


class Sending:
    """One step's sending: how long it may begin new messages, and whether anybody still waits for them."""

    def __init__(self, world: World, page: Page) -> None:
        self.world, self.page = world, page
        self._until = world.now() + timedelta(seconds=SEND_SECONDS)
        self._looked_at = world.now()
        self._wanted = frozenset(notice.number for notice in page.notices)
        self._lock = Lock()

    def wants(self, notice: Notice) -> bool:
        with self._lock:
            now = self.world.now()
            if (now - self._looked_at).total_seconds() > LOOK_AGAIN_SECONDS:
                self._looked_at = now
                page = self.world.pages.get(self.page.id) or self.page
                self._wanted = frozenset(notice.number for notice in page.notices)
            return now < self._until and notice.number in self._wanted


def _sent(sending: Sending, notice: Notice, people: Mapping[str, Responder]) -> Result:
    world, page = sending.world, sending.page
    try:
        if not sending.wants(notice):
            return Result(notice.number, Outcome.QUEUED)
    except Unavailable:
        pass  # whether anybody answered cannot be seen now: two texts are better than none
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
