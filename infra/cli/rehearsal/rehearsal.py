"""A rehearsal: the real verbs on a stage of their own, where time is a number and nobody's phone rings.

What decides is what decides in Lambda. Here are only the clock, pages in memory, a machine that waits, channels that
write down what they are given, and the watchdog's minute.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Lock

from callout.domain.alert import Alert
from callout.domain.brief import Brief
from callout.domain.errors import Unavailable
from callout.domain.events import Answered, Decision, Verb
from callout.domain.identity import problem_id
from callout.domain.notice import Notice, Outcome
from callout.domain.oncall import OnCall
from callout.domain.page import Page
from callout.domain.token import TOKEN_CHARS
from callout.paging import answer, receive, step
from callout.watching import OVERDUE_SECONDS, watch
from callout.world import World
from infra.cli.rehearsal.events import Sent, Witness
from infra.cli.rehearsal.memory_pages import MemoryPages

CHANNELS = ("sms", "email")
BASE_URL = "https://as-long-as-an-api-at-aws-has-it.callout.example.com"
STEPS_MAX = 20_000
"""More than any page takes that is looked at; a rehearsal ends, whatever it rehearses."""


class Endless(Exception):
    """More steps than a rehearsal takes."""


@dataclass(order=True, slots=True)
class Execution:
    wakes_at: datetime
    started: int
    """Of two that wake together, the one that was started first acts first."""
    page_id: str = field(compare=False)
    generation: int = field(compare=False)


class Rehearsal:
    def __init__(
        self,
        oncall: OnCall,
        at: datetime,
        down: Mapping[str, Exception] | None = None,
        turns: Mapping[str, int] | None = None,
        base_url: str = BASE_URL,
    ) -> None:
        """`down`: what a channel, or a single address, answers instead of taking messages.

        `turns`: whose turn it is in teams that take turns; the first member's where it is not said.
        `base_url`: of the links, which lead nowhere; a text message is cut to the room that its link leaves.
        """
        self.now = at
        self.oncall = oncall
        self.down = dict(down or {})
        self.machine_down = False
        self.notices: list[Sent] = []
        self.failed: list[Sent] = []
        """What a channel that is down was given."""
        self.pages = MemoryPages()
        self.witness = Witness(self.pages)
        self._heard: list[Sent] = []
        self._lock = Lock()
        self._executions: list[Execution] = []
        self._taken: set[tuple[str, int]] = set()
        self._turns = Counter(turns or {})
        self._texts: Counter[tuple[str, date]] = Counter()
        self._links: dict[str, tuple[str, str, str]] = {}
        self._base_url = base_url
        self._steps = 0
        self._watched: datetime | None = None
        self.world = World(
            now=lambda: self.now,
            pause=lambda _: None,
            pages=self.pages,
            machine=self,
            oncall=lambda: self.oncall,
            fresh_oncall=lambda: self.oncall,
            turns=self,
            counters=self,
            channels={name: Recorder(name, self) for name in CHANNELS},
            links=self,
            journal=Silence(),
        )

    # ---- what happens ---------------------------------------------------------------------------------------------

    def alert(self, service_id: str, alert: Alert) -> Decision:
        """The monitor says something; what is due at once is not done before `run_until`."""
        decision = receive(self.world, alert, self.oncall.services[service_id], self.oncall)
        self._looks()
        return decision

    def answer(self, page: Page, who: str, verb: Verb = Verb.ACKNOWLEDGE, by: str = "SMS link") -> Decision:
        decision = answer(self.world, page.id, Answered(verb, who, self.oncall.responders[who].name, by))
        self._looks()
        return decision

    def run_until(self, moment: datetime, stop: Callable[[], bool] = lambda: False) -> None:
        """Everything that is due up to the moment, or until `stop` says so after a step; then it is that moment.

        Raises Endless.
        """
        while not stop():
            due = self._next()
            if due is None or due[0] > moment:
                self.now = max(self.now, moment)
                return
            self.now = max(self.now, due[0])
            due[1]()
            self._looks()
            self._steps += 1
            if self._steps > STEPS_MAX:
                raise Endless

    def page(self, service_id: str, key: str) -> Page | None:
        """The newest page about that key."""
        return self.pages.newest(problem_id(service_id, key))

    def _next(self) -> tuple[datetime, Callable[[], object]] | None:
        """What happens next, and when: an execution wakes, or the watchdog finds what none has seen to."""
        wakes = self._executions[0].wakes_at if self._executions else None
        watched = self._watched_at()
        if watched is not None and (wakes is None or watched < wakes):
            return watched, self._watch
        return None if wakes is None else (wakes, self._wake)

    def _watched_at(self) -> datetime | None:
        """The first minute in which the watchdog finds anything; it comes once in each."""
        overdue = min((page.due_at for page in self.pages.all() if page.due_at is not None), default=None)
        if overdue is None:
            return None
        found = _minute_after(overdue + timedelta(seconds=OVERDUE_SECONDS))
        return found if self._watched is None else max(found, _minute_after(self._watched))

    def _looks(self) -> None:
        """Whatever one deed sent, in the order of the notices: the channels' threads hand them over in any."""
        self._heard, heard = [], sorted(self._heard, key=lambda sent: (sent.page_id, sent.notice.number))
        self.notices += heard
        self.witness.looks(self.now, heard)

    def _wake(self) -> None:
        execution = heapq.heappop(self._executions)
        rest = step(self.world, execution.page_id, execution.generation)
        if rest.due_at is not None:
            execution.wakes_at = max(rest.due_at, self.now)
            heapq.heappush(self._executions, execution)

    def _watch(self) -> None:
        self._watched = self.now
        watch(self.world)

    # ---- what the world needs -------------------------------------------------------------------------------------

    def start(self, page_id: str, generation: int) -> None:
        """The machine's: an execution's name starts it once."""
        if self.machine_down:
            raise Unavailable("the rehearsal says so")
        with self._lock:
            if (page_id, generation) not in self._taken:
                self._taken.add((page_id, generation))
                heapq.heappush(self._executions, Execution(self.now, len(self._taken), page_id, generation))

    def take(self, team: str) -> int:
        """Whose turn it is in a team that takes turns."""
        with self._lock:
            self._turns[team] += 1
            return self._turns[team] - 1

    def texts(self, service: str, now: datetime, count: int) -> int:
        """As if no other page of the service had sent any on that day."""
        with self._lock:
            self._texts[service, now.date()] += count
            return self._texts[service, now.date()]

    def link(self, page_id: str, responder: str, channel: str) -> str:
        """A placeholder: it tells the recorder whose it is, and a reader nothing."""
        with self._lock:
            made = f"{self._base_url}/a/{len(self._links):0{TOKEN_CHARS}d}"
            self._links[made] = (page_id, responder, channel)
        return made

    def hears(self, channel: str, address: str, brief: Brief) -> None:
        """What a channel is given, written down with the notice that it is; or what it answers instead."""
        failure = self.down.get(address) or self.down.get(channel)
        with self._lock:
            page_id, responder, _ = self._links[brief.link]
            page = self.pages.get(page_id)
            meant = (n for n in page.notices if self._is_meant(n, responder, channel, address)) if page else iter(())
            heard = [Sent(self.now, page_id, notice, address, brief) for notice in islice(meant, 1)]
            (self.failed if failure else self._heard).extend(heard)
        if failure is not None:
            raise failure

    def _is_meant(self, notice: Notice, responder: str, channel: str, address: str) -> bool:
        found = (notice.responder, notice.channel, notice.outcome) == (responder, channel, Outcome.INTENDED)
        contacts = self.oncall.responders[responder].contacts
        return found and any((c.id, c.address) == (notice.contact, address) for c in contacts)


@dataclass(frozen=True, slots=True)
class Recorder:
    """A channel that hands everything to the rehearsal."""

    name: str
    rehearsal: Rehearsal

    def send(self, address: str, brief: Brief) -> str:
        self.rehearsal.hears(self.name, address, brief)
        return "rehearsed"


class Silence:
    """A journal that keeps nothing: what happened stands on the pages' ledgers."""

    def note(self, message: str, page_id: str = "", **facts: object) -> None:
        pass

    def trouble(self, message: str, page_id: str = "", **facts: object) -> None:
        pass

    def count(self, name: str, **dimensions: str) -> None:
        pass

    def late(self, seconds: float) -> None:
        pass


def _minute_after(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
