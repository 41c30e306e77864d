"""Which pages a service can have and when: priority, urgency, side of its support hours, by the domain's own rules.

As they are opened, and as they are once they have been raised: because their response target is at risk, or by age.
"""

from collections.abc import Iterator, Set
from datetime import datetime

from callout.domain.agreement import Circumstances, circumstances, priority_of, quietest
from callout.domain.alert import Severity
from callout.domain.hours import Hours, opened
from callout.domain.oncall import Service
from callout.domain.priority import Priority, Urgency
from infra.cli.proof.intervals import Interval, Intervals, both, either, without

Pages = dict[Circumstances, Intervals]


class Kinds:
    """Services that have agreed to the same are asked once."""

    def __init__(self, within: Interval) -> None:
        self._within = within
        self._open: dict[Hours, Intervals] = {}
        self._known: dict[object, Pages] = {}
        self._opened_as: dict[object, frozenset[Circumstances]] = {}

    def of(self, service: Service) -> Pages:
        """All of its pages, raised ones too."""
        agreed = _agreed(service)
        if agreed not in self._known:
            opened_as = {priority_of(service, severity) for severity in Severity}
            first = self._new(service, opened_as, raised=False)
            more = self._new(service, _raised(service, opened_as), raised=True)
            self._opened_as[agreed] = frozenset(first)
            self._known[agreed] = {kind: either(first.get(kind, ()), more.get(kind, ())) for kind in (first | more)}
        return self._known[agreed]

    def first(self, service: Service) -> frozenset[Circumstances]:
        """What its pages can be when they are opened."""
        self.of(service)
        return self._opened_as[_agreed(service)]

    def _new(self, service: Service, priorities: Set[Priority], raised: bool) -> Pages:
        found: Pages = {}
        for times in self._alike(service):
            for priority in priorities:
                kind = circumstances(service, priority, raised, times[0].start)
                found[kind] = either(found.get(kind, ()), times)
        return found

    def _alike(self, service: Service) -> Iterator[Intervals]:
        """The time of the proof in parts; within each nothing changes for the service."""
        whole = (self._within,)
        inside = self._opened(service.support_hours)
        early = either([(self._within.start, self._until(service.early_life_until))])
        for part in (inside, without(whole, inside)):
            yield from (times for times in (both(part, early), without(part, early)) if times)

    def _opened(self, hours: Hours | None) -> Intervals:
        if hours is None:
            return (self._within,)
        if hours not in self._open:
            self._open[hours] = either(opened(hours, *self._within))
        return self._open[hours]

    def _until(self, early_life: datetime | None) -> datetime:
        return min(early_life, self._within.end) if early_life else self._within.start


def _agreed(service: Service) -> object:
    return (
        service.support_hours,
        service.early_life_until,
        service.high_value,
        service.aging is not None,
        service.at_risk is not None and service.at_risk.raise_urgency,
        tuple(sorted(service.response)),
        tuple(sorted(service.priorities.items())),
        tuple(sorted(service.urgencies.items(), key=lambda item: item[0])),
    )


def _raised(service: Service, opened_as: Set[Priority]) -> set[Priority]:
    """The priorities of pages whose urgency was made high, at whatever hour.

    A worse alert may make a page more important before it is raised, and after: its clock and its age go on.
    """
    found: set[Priority] = set()
    if service.at_risk and service.at_risk.raise_urgency:
        found |= _as_important(opened_as, {priority for priority in opened_as if priority in service.response})
    if service.aging is not None:
        quiet = {priority for priority in opened_as if quietest(service, priority) is Urgency.LOW}
        found |= {priority.raised() for priority in _as_important(opened_as, quiet)}
    return found | _as_important(opened_as, found)


def _as_important(priorities: Set[Priority], least: Set[Priority]) -> set[Priority]:
    """Those that matter at least as much as any of the others."""
    return {priority for priority in priorities if least and priority <= max(least)}
