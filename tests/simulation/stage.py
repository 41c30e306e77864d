"""A short story in the simulation: what a sender says when, who answers how, and how it must end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from simulation.aws.providers import Sent
from simulation.faults import During, Fates, NoFaults, Outage, Plan
from simulation.functions import Seen, acknowledge
from simulation.invariants import Violated
from simulation.lambdas import Outcome
from simulation.team import NO_NUMBERS, changed, description
from simulation.world import Options, World

from callout.domain.alert import Action, Alert, Severity
from callout.domain.events import Verb

AGAIN_SECONDS, AGAIN_MAX = 5.0, 40
"""How a sender, and a person whose answer was not recorded, come again."""
SETTLING_SECONDS_MAX = 2400.0
"""However faults hit it, a story comes to rest within this time after its end."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody does about the n-th message that they get."""

    who: str
    number: int
    after: float
    verb: Verb = Verb.ACKNOWLEDGE


@dataclass(frozen=True)
class Story:
    name: str
    service: str
    script: "Callable[[Stage], None]"
    seconds: float
    """How long it lasts when nothing goes wrong."""
    skew_seconds: float = 0.0
    fates: Fates | None = None
    outages: tuple[Outage, ...] = ()


@dataclass(eq=False)
class Stage:
    story: Story
    plan: Plan | None = None
    fates: Fates | None = None
    trace: Callable[[str], None] | None = None
    reactions: list[Reaction] = field(default_factory=list)
    bounces: dict[tuple[str, int], float] = field(default_factory=dict)
    """What is sent back: whose message, which, and after how long."""
    got: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """Somebody's newest link."""
    tries: int = 0
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        options = Options(
            skew_seconds=self.story.skew_seconds,
            refused_addresses=frozenset(NO_NUMBERS),
            trace=self.trace,
            keep_calls=True,
        )
        fates = self.fates or self.story.fates
        plan = During(self.story.outages, self.plan or NoFaults()) if self.story.outages else self.plan
        self.world = World(description(), 1, options, plan, fates)
        self.world.on_message = self._message
        self.story.script(self)

    # ---- the script's words -----------------------------------------------------------------------------------------

    def alert(self, at: float, key: str = "disk", action: Action = Action.TRIGGER, **more: object) -> None:
        said = Alert(action, key, "Alertmanager", "p99 above 2 s", Severity.CRITICAL)
        said = replace(said, **more)  # type: ignore[arg-type]
        label = f"alert {key} at {at:g}"
        self.world.time.at(at, self._say, label, said, 0)

    def comes_back(self, who: str, number: int, after: float) -> None:
        """The n-th message that they are sent, a mail: nobody reads it."""
        self.bounces[who, number] = after

    def resolved(self, at: float, key: str = "disk") -> None:
        self.alert(at, key, Action.RESOLVE)

    def answers(self, who: str, number: int, after: float, verb: Verb = Verb.ACKNOWLEDGE) -> None:
        self.reactions.append(Reaction(who, number, after, verb))

    def taps(self, who: str, at: float, verb: Verb) -> None:
        """With the newest link, whatever happened."""
        self.world.time.at(at, self._tap_newest, who, verb)

    def described(self, at: float, number: int) -> None:
        self.world.time.at(at, lambda: self.world.describe(changed(number)))

    def deployed(self, at: float) -> None:
        self.world.time.at(at, self.world.lambdas.deploy)

    # ---- playing it -------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """To its end, and on until it has come to rest."""
        self.world.run(self.story.seconds)
        end = self.story.seconds + SETTLING_SECONDS_MAX
        while not self._rests():
            if self.world.time.seconds >= end:
                raise Violated(f"it has not come to rest: {self._standing()}")
            self.world.run(self.world.time.seconds + 30)
        self.world.run(self.world.time.seconds + 5)

    def _rests(self) -> bool:
        """Everything is closed, acknowledged, or exhausted with its last resort told."""
        for account in self.world.invariants.accounts.values():
            page = account.page
            settled = all(n.outcome in ("sent", "refused", "given up") for n in page.notices)
            rests = page.quiet or (page.state == "exhausted" and account.last_resort_at is not None)
            if not (rests and settled):
                return False
        return True

    def _standing(self) -> str:
        pages = [account.page for account in self.world.invariants.accounts.values()]
        return ", ".join(f"{page.id} {page.state} turn {page.turn}" for page in pages)

    def _say(self, label: str, alert: Alert, tries: int) -> None:
        def heard(status: int) -> None:
            if status != 202 and tries < AGAIN_MAX:
                self.world.time.after(AGAIN_SECONDS, self._say, label, alert, tries + 1)

        self.world.send(f"{label} ({tries})", self.story.service, [alert], heard)

    def _message(self, page_id: str, who: str, sent: Sent, link: str) -> None:
        self.links[who] = link
        self.got[who] = self.got.get(who, 0) + 1
        if sent.tags and (who, self.got[who]) in self.bounces:
            self.world.time.after(self.bounces[who, self.got[who]], self.world.receipt, sent, True)
        for each in self.reactions:
            if each.who == who and each.number == self.got[who]:
                self.world.time.after(each.after, self.tap, who, link, each.verb)

    def _tap_newest(self, who: str, verb: Verb) -> None:
        if who in self.links:
            self.tap(who, self.links[who], verb)

    def tap(self, who: str, link: str, verb: Verb, tries: int = 0) -> None:
        since, self.tries = self.world.time.seconds, self.tries + 1

        def done(outcome: Outcome) -> None:
            seen: Seen = outcome.value or Seen("error")
            self.seen.append(seen.words)
            self.world.trace("screen", f"{who} {seen.words}")
            self.world.invariants.told(seen.words, seen.page_id, seen.who, since)
            if seen.words in ("error", "not recorded") and tries < AGAIN_MAX:
                self.world.time.after(AGAIN_SECONDS, self.tap, who, link, verb, tries + 1)

        label = f"{verb} by {who} ({self.tries})"
        self.world.lambdas.invoke("acknowledge", label, partial(acknowledge, link=link, verb=verb), done)
