"""A run from a seed: thousands of pages, everybody's habits and everything that goes wrong decided by chance."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulation.answers import People
from simulation.chance import drawn
from simulation.faults import AtRandom, Outage
from simulation.senders import Sender
from simulation.team import NO_NUMBERS, changed, description
from simulation.world import Options, World

PAGES_AN_HOUR = 1800
STORM_PAGES = 0.15
"""Of all pages, so many begin in one of a few storms."""
OUTAGE_CHANCE = 0.25
"""Of each service in each run."""
LADDER_SECONDS_MAX = 1500
"""No ladder of this team is longer, with whatever a last fault may have delayed."""
CALM_SECONDS = 2 * LADDER_SECONDS_MAX
"""How long time runs on after the last fault."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of run."""

    seed: int
    pages: int
    faults: float = 0.01
    skew_seconds: float = 2.0
    index_lag_seconds: float = 0.2
    machines_dead: bool = False
    outages: bool = True
    only: frozenset[str] | None = None
    """Leave out all that was left to chance but these."""

    @property
    def command(self) -> str:
        more = " --machines-dead" if self.machines_dead else ""
        more += "" if self.outages else " --no-outages"
        return (
            f"python -m tests.simulation random --seed {self.seed} --pages {self.pages} --faults {self.faults:g}{more}"
        )


@dataclass
class Result:
    wanted: Wanted
    pages: int = 0
    calls: int = 0
    virtual_seconds: float = 0.0
    violation: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    screens: Counter[str] = field(default_factory=Counter)
    lateness: list[float] = field(default_factory=list)
    happened: tuple[str, ...] = ()


class Run:
    def __init__(self, wanted: Wanted, trace: Callable[[str], None] | None = None) -> None:
        self.wanted, self.seed = wanted, wanted.seed
        self.hours = max(wanted.pages / PAGES_AN_HOUR, 0.25)
        self.faults_end = self.hours * 3600 + 600
        outages = self._outages() if wanted.outages and wanted.faults else ()
        self.chance = AtRandom(
            wanted.seed, wanted.faults, self.faults_end, wanted.only, outages, machines_dead=wanted.machines_dead
        )
        options = Options(
            skew_seconds=wanted.skew_seconds,
            index_lag_seconds=wanted.index_lag_seconds,
            watch_offset=60 * drawn(self.seed, "watch"),
            jitter=True,
            refused_addresses=frozenset(NO_NUMBERS),
            trace=trace,
        )
        oncall = description()
        services = {name: replace(each, texts_per_day=10**9) for name, each in oncall.services.items()}
        self.world = World(replace(oncall, services=services), self.seed, options, self.chance, self.chance)
        self.people = People(self)
        self.world.on_message = self.people.message
        self._plan()

    def happens(self, name: str) -> bool:
        return self.chance.happens(name)

    def _outages(self) -> tuple[Outage, ...]:
        """Now and then a service refuses everything for some minutes."""
        lengths = {"dynamodb": 60, "sns": 240, "sesv2": 300, "stepfunctions": 240}
        lengths = {name: each for name, each in lengths.items() if drawn(self.seed, "outage?", name) < OUTAGE_CHANCE}
        begins = {name: drawn(self.seed, "outage", name) * self.hours * 3600 for name in lengths}
        return tuple(Outage(name, begins[name], begins[name] + seconds) for name, seconds in lengths.items())

    def _plan(self) -> None:
        storms = max(1, int(self.hours * 2))
        for number in range(self.wanted.pages):
            begins = self.hours * 3600 * drawn(self.seed, "begins", number)
            if drawn(self.seed, "storm?", number) < STORM_PAGES:
                storm = int(storms * drawn(self.seed, "storm", number))
                begins = self.hours * 3600 * drawn(self.seed, "storm begins", storm) + begins % 20
            Sender(self, number, 1 + begins).plan()
        for count in range(int(self.hours * 3)):
            at = self.hours * 3600 * drawn(self.seed, "deployment", count)
            if self.happens(f"deployment {count}"):
                self.world.time.at(at, self.world.lambdas.deploy)
        for count in range(1, int(self.hours * 4)):
            if self.happens(f"description {count}"):
                self.world.time.at(count * 900, self._describe, count)

    def _describe(self, count: int) -> None:
        oncall = changed(count)
        services = {name: replace(each, texts_per_day=10**9) for name, each in oncall.services.items()}
        self.world.trace("described", f"version {oncall.version}")
        self.world.describe(replace(oncall, services=services))

    def play(self) -> Result:
        """To the end of its faults, and on until all must have come to rest. Violations are raised."""
        self.world.run(self.faults_end + CALM_SECONDS)
        self.world.invariants.at_the_end(LADDER_SECONDS_MAX)
        return self.result()

    def result(self, violation: str = "") -> Result:
        accounts = self.world.invariants.accounts.values()
        return Result(
            wanted=self.wanted,
            pages=len(accounts),
            calls=self.world.calls,
            virtual_seconds=self.world.time.seconds,
            violation=violation,
            faults=self.chance.kinds,
            states=Counter(account.page.state for account in accounts),
            screens=Counter(self.people.screens),
            lateness=self.world.journal.lateness,
            happened=tuple(self.chance.happened),
        )
