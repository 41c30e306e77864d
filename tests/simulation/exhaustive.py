"""Every story with everything that can go wrong, at every call to AWS: one thing at a time, then two.

Singles: every fault that fits the call, at every call. Besides: somebody else at every call (a second step, a step of
a replaced execution, the watchdog, an answer, a repeated alert, the end, a deployment), from its beginning to its end.
Pairs: REFUSED and KILL_BEFORE at every call, LOST and KILL_AFTER too where it writes or sends; then, in the run that
the first has left behind, the same at every later call. A pair does not begin or end at a run of the watchdog that
found nothing to do, and a story in which a service is down has no pairs: that is one thing going wrong already. For a
read LOST is REFUSED with another error, and KILL_AFTER is KILL_BEFORE a moment later: they are singles only.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from simulation.aws.faults import READS, Call, Fault, Kind, kinds
from simulation.faults import Fated, fault_of
from simulation.functions import take_step
from simulation.invariants import Violated
from simulation.lambdas import Invocation
from simulation.stage import Stage, Story

from callout.domain.alert import Action
from callout.domain.events import Verb

BESIDE_SECONDS = 1.0
"""So long the invocation stands still while somebody else goes from beginning to end."""
FATES = (
    Fated(execution="never"),
    Fated(execution="late"),
    Fated(execution="twice"),
    Fated(delivery="dies"),
    Fated(delivery="at once again"),
    Fated(delivery="later again"),
    Fated(watch="late"),
    Fated(watch="twice"),
    Fated(watch="missed"),
    Fated(execution="twice", delivery="at once again", watch="twice"),
)


@dataclass(frozen=True, slots=True)
class AtCalls:
    """These faults at the calls of these indexes, counted over all invocations."""

    faults: dict[int, Kind]

    def fault(self, invocation: Invocation, call: Call) -> Fault | None:
        kind = self.faults.get(invocation.world.calls - 1)
        return None if kind is None else fault_of(kind)


@dataclass(slots=True)
class Beside:
    """Somebody else, just before the call of this index."""

    index: int
    what: str
    stage: Stage | None = None

    def fault(self, invocation: Invocation, call: Call) -> Fault | None:
        if invocation.world.calls - 1 == self.index and self.stage is not None:
            BESIDES[self.what](self.stage, invocation)
            invocation.takes(BESIDE_SECONDS)
        return None


def _page_id(stage: Stage, invocation: Invocation) -> str:
    ids = [name for name in stage.world.invariants.accounts if name.rpartition("-")[0] in invocation.problems]
    return ids[-1] if ids else ""


def _step(stage: Stage, invocation: Invocation, back: int = 0) -> None:
    page_id = _page_id(stage, invocation)
    if page_id:
        generation = stage.world.invariants.accounts[page_id].page.generation - back
        beside = stage.world.lambdas.invoke(
            "step", "beside", lambda it: take_step(it, page_id, generation), lambda _: None
        )
        beside.generation = generation


def _tap(stage: Stage, verb: Verb) -> None:
    for who, link in stage.links.items():
        stage.tap(who, link, verb)


def _alert(stage: Stage, action: Action) -> None:
    stage.alert(0, action=action)


BESIDES: dict[str, Callable[[Stage, Invocation], None]] = {
    "step": _step,
    "old step": lambda stage, invocation: _step(stage, invocation, back=1),
    "watch": lambda stage, _: stage.world.watch("beside"),
    "acknowledge": lambda stage, _: _tap(stage, Verb.ACKNOWLEDGE),
    "undo": lambda stage, _: _tap(stage, Verb.UNDO),
    "alert": lambda stage, _: _alert(stage, Action.TRIGGER),
    "end": lambda stage, _: _alert(stage, Action.RESOLVE),
    "deployment": lambda stage, _: stage.world.lambdas.deploy(),
}


@dataclass
class Row:
    """What came of one story."""

    story: str
    calls: int = 0
    singles: int = 0
    besides: int = 0
    pairs: int = 0
    violations: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return self.singles + self.besides + self.pairs

    def __str__(self) -> str:
        numbers = (self.calls, self.singles, self.besides, self.pairs, len(self.violations))
        return f"{self.story:36}" + "".join(f"{number:>9,}" for number in numbers)


HEAD = f"{'story':36}{'calls':>9}{'singles':>9}{'besides':>9}{'pairs':>9}{'violated':>9}"


def exhaust(
    story: Story, pairs: bool = True, besides: bool = True, violations_max: int = 5, plain: bool = False
) -> Row:
    """All that can happen to a story; `plain`: nothing goes wrong."""
    row = Row(story.name)
    stage = _played(row, story, "without faults", AtCalls({}))
    row.calls = stage.world.calls
    for _ in _cases(row, story, stage, pairs, besides) if not plain else ():
        if len(row.violations) >= violations_max:
            break
    return row


def _cases(row: Row, story: Story, plain: Stage, pairs: bool, besides: bool) -> Iterator[None]:
    if besides:
        for fates in FATES:
            row.besides += 1
            _played(row, story, f"{fates}", AtCalls({}), fates)
            yield
        for index in range(row.calls):
            for what in BESIDES:
                row.besides += 1
                _played(row, story, f"{what} beside call {index}", Beside(index, what))
                yield
    busy = set(_busy(plain))
    for index, (_, operation) in enumerate(plain.world.calls_seen):
        for kind in kinds(operation):
            row.singles += 1
            first = _played(row, story, f"{kind.value} at call {index}", AtCalls({index: kind}))
            yield
            if pairs and not story.outages and index in busy and kind in _pair_kinds(operation):
                yield from _pairs(row, story, first, index, kind)


def _pairs(row: Row, story: Story, first: Stage, index: int, kind: Kind) -> Iterator[None]:
    for later in _busy(first):
        if later <= index:
            continue
        for other in _pair_kinds(first.world.calls_seen[later][1]):
            row.pairs += 1
            words = f"{kind.value} at call {index}, {other.value} at call {later}"
            _played(row, story, words, AtCalls({index: kind, later: other}))
            yield


def _pair_kinds(operation: str) -> tuple[Kind, ...]:
    if operation in READS:
        return Kind.REFUSED, Kind.KILL_BEFORE
    return Kind.REFUSED, Kind.LOST, Kind.KILL_BEFORE, Kind.KILL_AFTER


def _busy(stage: Stage) -> Iterator[int]:
    """The calls of a run, but for those of the watchdog when it found nothing."""
    calls = stage.world.calls_seen
    often = Counter(label for label, _ in calls)
    for index, (label, _) in enumerate(calls):
        if not (label.startswith("watch") and often[label] == 1):
            yield index


def _played(row: Row, story: Story, what: str, plan: AtCalls | Beside, fates: Fated | None = None) -> Stage:
    stage = Stage(story, plan, fates)
    if isinstance(plan, Beside):
        plan.stage = stage
    try:
        stage.play()
    except (Violated, AssertionError) as error:
        row.violations.append(f"{story.name}, {what}: {error}")
    return stage


__all__ = ["HEAD", "Row", "exhaust"]
