"""What goes wrong: with calls (a plan), and with whatever AWS does of itself (the fates)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from simulation.aws.faults import Call, Fault, Kind, kinds
from simulation.chance import drawn, mixed, picked

if TYPE_CHECKING:
    from simulation.lambdas import Invocation

SLOW_SECONDS, STRAY_SECONDS = 1.5, 9.0
"""How long a slow call takes; when a request that nobody waits for any more is done after all."""


def fault_of(kind: Kind) -> Fault:
    return Fault(kind, {Kind.SLOW: SLOW_SECONDS, Kind.STRAY: STRAY_SECONDS}.get(kind, 0.0))


class Plan(Protocol):
    def fault(self, invocation: "Invocation", call: Call) -> Fault | None: ...


class NoFaults:
    def fault(self, invocation: "Invocation", call: Call) -> Fault | None:
        return None


class Fates(Protocol):
    def of_execution(self, name: str) -> str:
        """ "", never, late, twice."""
        ...

    def of_delivery(self, label: str) -> str:
        """ "", dies, throttled, at once again, later again."""
        ...

    def of_watch(self, minute: int) -> str:
        """ "", missed, late, twice."""
        ...

    def lateness(self, label: str) -> float:
        """How long after its moment the machine goes on, in seconds."""
        ...


@dataclass
class Fated:
    """The same fate for all of a kind; "" is the ordinary one."""

    execution: str = ""
    delivery: str = ""
    watch: str = ""

    def of_execution(self, name: str) -> str:
        return self.execution

    def of_delivery(self, label: str) -> str:
        return self.delivery

    def of_watch(self, minute: int) -> str:
        """A run of the watchdog is missed every other minute."""
        return "" if self.watch == "missed" and minute % 2 else self.watch

    def lateness(self, label: str) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a service refuses everything, or goes wrong in another way."""

    service: str
    begins: float
    ends: float
    kind: Kind = Kind.REFUSED
    operations: frozenset[str] = frozenset()
    """Only these; empty: all."""

    @property
    def name(self) -> str:
        return f"outage of {self.service} at {self.begins:.0f}"

    def hits(self, seconds: float, call: Call) -> bool:
        asked = not self.operations or call.operation in self.operations
        return asked and self.service == call.service and self.begins <= seconds < self.ends


@dataclass(frozen=True, slots=True)
class During:
    """Outages, and with the other calls whatever else goes wrong."""

    outages: tuple[Outage, ...]
    plan: Plan

    def fault(self, invocation: "Invocation", call: Call) -> Fault | None:
        planned = self.plan.fault(invocation, call)
        for each in self.outages:
            if planned is None and each.hits(invocation.world.time.seconds, call):
                return fault_of(each.kind)
        return planned


@dataclass
class AtRandom:
    """Faults by chance until a moment: each call with the same small probability, and fates with theirs.

    What happens has a name, and `only` leaves all others out: that is how a failing run shrinks.
    """

    seed: int
    rate: float
    until: float
    only: frozenset[str] | None = None
    outages: "tuple[Outage, ...]" = ()
    machines_dead: bool = False
    """Not one execution ever runs: the watchdog alone drives every page."""
    happened: dict[str, None] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def fault(self, invocation: "Invocation", call: Call) -> Fault | None:
        if self.outages and (kind := self._outage(invocation.world.time.seconds, call)) is not None:
            return Fault(kind)
        number = mixed(invocation.seed, invocation.calls)
        if (number >> 11) / 2**53 >= self.rate or invocation.world.time.seconds > self.until:
            return None
        options = kinds(call.operation)
        kind = options[(number & 0x7FF) % len(options)]
        name = f"{invocation.label} #{invocation.calls} {call.operation} {kind.value}"
        if not self.happens(name):
            return None
        self.kinds[kind.value] += 1
        return fault_of(kind)

    def _outage(self, seconds: float, call: Call) -> Kind | None:
        for each in self.outages:
            if each.hits(seconds, call) and self.happens(each.name):
                self.kinds[f"{each.service} is down"] += 1
                return each.kind
        return None

    def of_execution(self, name: str) -> str:
        if self.machines_dead:
            return "never"
        return self._fate(name, ("never", "late", "twice"), self.rate * 2)

    def of_delivery(self, label: str) -> str:
        return self._fate(label, ("dies", "throttled", "at once again", "later again"), self.rate * 2)

    def of_watch(self, minute: int) -> str:
        return self._fate(f"watch {minute}", ("missed", "late", "twice"), self.rate * 3)

    def lateness(self, label: str) -> float:
        return 0.9 * drawn(self.seed, label, "late")

    def _fate(self, name: str, options: tuple[str, ...], rate: float) -> str:
        if not self.rate or drawn(self.seed, name, "fate") >= rate:
            return ""
        fate = picked(options, self.seed, name, "which")
        if not self.happens(f"{name}: {fate}"):
            return ""
        self.kinds[fate] += 1
        return fate

    def happens(self, name: str) -> bool:
        """Whatever is left to chance asks here first, by its name."""
        if self.only is not None and name not in self.only:
            return False
        self.happened[name] = None
        return True


__all__ = ["AtRandom", "During", "Fated", "Fates", "NoFaults", "Outage", "Plan", "fault_of"]
