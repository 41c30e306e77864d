"""The verbs: receive, step, answer, watch. Each is a recipe; what is decided is decided in the domain."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from callout.domain.alert import Alert
from callout.domain.decide import decide
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Decision, Delivered, Event, Reason, Received, Woken
from callout.domain.identity import problem_id
from callout.domain.oncall import OnCall, Policy, Responder, Service, targets
from callout.domain.page import Changed, Page, State
from callout.sending import send
from callout.world import World

OVERDUE_SECONDS = 30
"""How far past its due_at a page may be before the watchdog drives it."""
WATCH_SECONDS = 40
"""How long one run of the watchdog begins new pages; the next run, a minute later, goes on with the oldest."""
SEND_SECONDS = 35
"""How long one step begins new messages; it must save what it knows before its function's 60 seconds are over."""
CHANGES_MAX = 25
"""How often a decision is made again because somebody else changed the page meanwhile."""
DRIVEN_AT_ONCE = 8


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


def step(world: World, page_id: str, generation: int | None, until: datetime | None = None) -> Rest:
    """One step of the escalation machine for one page; the watchdog's when `generation` is None.

    No new message is begun after `until`, or after SEND_SECONDS.

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
        end = world.now() + timedelta(seconds=SEND_SECONDS)
        results = send(world, decision.page, decision.to_send, people, min(end, until or end))
        decision = _changed(world, page.problem, decision.page, Delivered(results, people, generation))
    return _rest(decision)


def _described(world: World, page: Page) -> tuple[Mapping[str, Responder], Policy | None]:
    """The people, and the policy that would serve the page now.

    Looked up afresh where somebody of the page's own policy is not known; where that fails, by what is known. A page
    whose service is gone is served by whichever policy there is: somebody who wonders beats nobody who knows.
    """
    oncall = world.oncall()
    if any(name not in oncall.responders for name in targets(page.policy)):
        with suppress(Unavailable):
            oncall = world.fresh_oncall()
    service = oncall.services.get(page.service.id)
    policy = oncall.policies.get(service.policy) if service else next(iter(oncall.policies.values()), None)
    return oncall.responders, policy


def watch(world: World) -> int:
    """The second way: drive every page that is past its due_at through the same step. Returns how many there were."""
    began = world.now()
    overdue = list(world.pages.overdue(began - timedelta(seconds=OVERDUE_SECONDS)))
    until = began + timedelta(seconds=WATCH_SECONDS)
    with ThreadPoolExecutor(DRIVEN_AT_ONCE) as pool:
        list(pool.map(lambda page_id: _drive(world, page_id, until), overdue))
    return len(overdue)


def _drive(world: World, page_id: str, until: datetime) -> None:
    if world.now() > until:
        return
    world.journal.note("overdue: the watchdog drives it", page_id)
    world.journal.count("PagesOverdue")
    try:
        step(world, page_id, None, until)
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
    """When to come back: never for an execution that was replaced. One that is replaced later learns it then."""
    page = decision.page
    return Rest(None if page is None or decision.reason is Reason.REPLACED else page.due_at)


def _measure(world: World, before: Page, after: Page) -> None:
    world.journal.late(before.late_seconds(world.now()))
    if after.state is State.EXHAUSTED and before.state is not State.EXHAUSTED:
        world.journal.count("PagesExhausted")
