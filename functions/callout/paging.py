"""The verbs: receive, step, answer. Each is a recipe; what is decided is decided in the domain."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from callout.domain import summary, windows
from callout.domain.alert import Alert
from callout.domain.climbing import asks
from callout.domain.decide import decide
from callout.domain.errors import Contended, Unavailable
from callout.domain.events import (
    Answered,
    Decision,
    Delivered,
    Event,
    Held,
    Joined,
    Left,
    Opened,
    Reason,
    Receipted,
    Received,
    Woken,
    Worsened,
)
from callout.domain.identity import problem_id
from callout.domain.oncall import OnCall, Service
from callout.domain.page import Changed, Page, State, Told
from callout.domain.receipt import Receipt
from callout.domain.roster import wholly_known
from callout.domain.succession import live
from callout.domain.synthetic import is_synthetic
from callout.sending import send
from callout.world import World

SEND_SECONDS = 35
"""How long one step begins new messages; it must save what it knows before its function's 60 seconds are over."""
CHANGES_MAX = 25
"""How often a decision is made again because somebody else changed the page meanwhile."""
LOOKED_TRIES = 3
"""The same for what nobody should wait for."""
ENDED_MAX = 50
"""Of how many members a summary's step looks whether they are closed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a step tells the machine: when to come back, if ever."""

    due_at: datetime | None

    @property
    def done(self) -> bool:
        return self.due_at is None


def receive(world: World, alert: Alert, service: Service, oncall: OnCall) -> Decision:
    """Take one alert of a service in.

    1. Read the newest page of the alert's problem, and look whether a maintenance window is open for it.
    2. Decide: a new page, news, a repeat, or the end of it.
    3. Save it, with its due_at. From here on the alert is accepted: whatever fails, the watchdog finds the page.
    4. Start the machine, if the decision says so. Failing to is no error: it only costs time.

    Raises Unavailable when the page cannot be read or saved: the sender must come again.
    """
    problem = problem_id(service.id, alert.key)
    held = windows.held(oncall, service.id, alert.details, world.now())
    event = Received(alert, problem, service, oncall.policies[service.policy], oncall.version, held)
    decision = _changed(world, problem, world.pages.newest(problem), event)
    if is_synthetic(service.id):
        return decision
    world.journal.count("AlertsAccepted", reason=decision.reason)
    if decision.reason in (Reason.OPENED, Reason.RETURNED, Reason.HELD):
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


def receipted(world: World, page_id: str, notice: int, receipt: Receipt) -> None:
    """Take in what a provider tells later about a message: a final refusal takes the responder's next way at once.

    Raises Unavailable: it must come again.
    """
    page = world.pages.get(page_id)
    if page is None:
        world.journal.note("a receipt for a page that is not there", page_id)
        return
    event = Receipted(notice, receipt.refused, receipt.note, world.oncall().responders)
    try:
        _changed(world, page.problem, page, event, CHANGES_MAX if receipt.refused else LOOKED_TRIES)
    except Contended:
        if receipt.refused:
            raise
        world.journal.note("that a message has arrived is not on the ledger", page_id)
    world.journal.count("Receipts", refused="yes" if receipt.refused else "no")


def looked(world: World, page: Page, told: Told, by: str) -> Page:
    """Write down that a link was opened, once for each responder; where that fails, the page is shown all the same."""
    if told.opened_at is not None:
        return page
    try:
        return _changed(world, page.problem, page, Opened(told.id, told.name, by), LOOKED_TRIES).page or page
    except Unavailable as error:
        world.journal.note("that a link was opened is not on the ledger", page.id, error=str(error))
        return page


def step(world: World, page_id: str, generation: int | None, until: datetime | None = None) -> Rest:
    """One step of the escalation machine for one page; the watchdog's when `generation` is None.

    No new message is begun after `until`, or after SEND_SECONDS.

    1. Read the page, and what its policy speaks of; decide what is due.
    2. Save the intent: the notices, and the moment at which an unanswered intent is sent again.
    3. Send, each notice once.
    4. Save what the providers said, and when to come back.
    5. Tell the machine.
    """
    page = world.pages.get(page_id)
    if page is None:
        world.journal.trouble("there is no such page", page_id)
        return Rest(None)
    woken = _woken(world, page, generation)
    people = woken.oncall.responders
    decision = _changed(world, page.problem, page, woken)
    if decision.reason is Reason.STEPPED and decision.page is not None:
        _measure(world, page, decision.page)
    if decision.to_send and decision.page is not None:
        end = world.now() + timedelta(seconds=SEND_SECONDS)
        service = woken.oncall.services.get(page.service.id, page.service)
        until = min(end, until or end)
        results = send(world, decision.page, decision.to_send, people, until, service.texts_per_day)
        decision = _changed(world, page.problem, decision.page, Delivered(results, people, generation))
    return _rest(decision)


def _woken(world: World, page: Page, generation: int | None) -> Woken:
    """What a step must know besides the page; nothing is asked for a page that is not due."""
    now, oncall = world.now(), _described(world, page)
    if not page.open or page.due_at is None or now < page.due_at:
        return Woken(oncall, generation, asked=False)
    if summary.wants_summary(page, now):
        held = _held(oncall, page, now)
        if held is not None:
            return Woken(oncall, generation, held=held)
    speaks = _summary(world, page, oncall, now)
    robins = {team: _turn(world, page, team) for team in asks(page, oncall, now)} if speaks is None else {}
    return Woken(oncall, generation, robins, summary=speaks, seen=page, ended=_ended(world, page))


def _held(oncall: OnCall, page: Page, now: datetime) -> Held | None:
    """The window that is still open for a held page; by its own word where only something older is known."""
    if oncall.version < page.policy_version and page.held_until is not None and page.held_until > now:
        return Held("", page.held_by, page.held_until)
    return windows.held(oncall, page.service.id, page.details, now)


def _described(world: World, page: Page) -> OnCall:
    """Looked up afresh where something of the page's own policy is not known; where that fails, what is known."""
    oncall = world.oncall()
    if not wholly_known(oncall, page.policy):
        with suppress(Unavailable):
            oncall = world.fresh_oncall()
    return oncall


def _turn(world: World, page: Page, team: str) -> int:
    """Any of the team rather than nobody: where it cannot be counted, the page's id decides."""
    try:
        return world.turns.take(team)
    except Unavailable as error:
        world.journal.trouble("whose turn it is could not be read", page.id, error=str(error))
        return sum(page.id.encode())


def _summary(world: World, page: Page, oncall: OnCall, now: datetime) -> Page | None:
    """The summary that is to speak for the page, or does."""
    if summary.wants_summary(page, now):
        service, policy = live(page, oncall)
        if policy is None:
            return None
        problem = summary.problem_of(page)
        event = Joined(page, problem, summary.key_of(page), service or page.service, policy, oncall.version)
        return _changed(world, problem, world.pages.newest(problem), event).page
    if not summary.follows(page, now):
        return None
    spokesman = world.pages.get(page.summary)
    if spokesman is not None and spokesman.open and (page.news_at is not None or summary.has_left(page, spokesman)):
        return _changed(world, spokesman.problem, spokesman, Worsened(page)).page
    return spokesman


def _ended(world: World, page: Page) -> tuple[str, ...]:
    """Which members of a summary are closed, though it was not told so."""
    if not page.is_summary:
        return ()
    members = {name: world.pages.get(name) for name in page.firing[:ENDED_MAX]}
    return tuple(name for name, member in members.items() if member is None or not member.open)


def _changed(world: World, problem: str, page: Page | None, event: Event, tries: int = CHANGES_MAX) -> Decision:
    """Decide and save, again whenever somebody else was faster; then start the machine if it must be started."""
    for attempt in range(tries):
        world.pause(attempt)
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
        _measure_target(world, page, saved)
        _start(world, decision)
        _leave(world, page, saved)
        return Decision(saved, decision.reason, decision.effects)
    raise Contended("the page is being changed too often")


def _is_past(world: World, page: Page | None, event: Event) -> bool:
    """Whether somebody takes back a "resolved" whose problem has come back on a page of its own meanwhile."""
    if page is None or page.open or not isinstance(event, Answered):
        return False
    newest = world.pages.newest(page.problem)
    return newest is not None and newest.id != page.id


def _read_again(world: World, problem: str, page: Page | None, event: Event) -> Page | None:
    """An alert concerns the problem, whichever page is its newest by now; everything else concerns this very page."""
    if page is None or isinstance(event, Received | Joined):
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


def _leave(world: World, before: Page | None, page: Page) -> None:
    """A page that is closed leaves the summary that speaks for it. Where that fails the summary finds out by itself."""
    if before is None or before.id != page.id or not before.open or page.open or not page.summary:
        return
    try:
        spokesman = world.pages.get(page.summary)
        if spokesman is not None and spokesman.open:
            _changed(world, spokesman.problem, spokesman, Left(page.id))
    except Unavailable as error:
        world.journal.trouble("its summary could not be told", page.id, error=str(error))


def _rest(decision: Decision) -> Rest:
    """When to come back: never for an execution that was replaced. One that is replaced later learns it then."""
    page = decision.page
    return Rest(None if page is None or decision.reason is Reason.REPLACED else page.due_at)


def _measure_target(world: World, before: Page | None, after: Page) -> None:
    standing = after.clock.standing if after.clock else None
    if standing is not None and before is not None and before.clock and standing is not before.clock.standing:
        world.journal.count("ResponseTargets", standing=standing)


def _measure(world: World, before: Page, after: Page) -> None:
    world.journal.late(before.late_seconds(world.now()))
    if after.state is State.EXHAUSTED and before.state is not State.EXHAUSTED:
        world.journal.count("PagesExhausted")
