"""Which pages a service can have and when: priority, urgency, side of its support hours, by the domain's own rules."""

from collections.abc import Iterator
from datetime import datetime

from callout.domain.agreement import Circumstances, circumstances, priority_of
from callout.domain.alert import Severity
from callout.domain.hours import Hours, opened
from callout.domain.oncall import Service
from infra.cli.proof.intervals import Interval, Intervals, both, either, without

Pages = dict[Circumstances, Intervals]


class Kinds:
    """Services that have agreed to the same are asked once."""

    def __init__(self, within: Interval) -> None:
        self._within = within
        self._open: dict[Hours, Intervals] = {}
        self._known: dict[object, Pages] = {}

    def of(self, service: Service) -> Pages:
        agreed = (
            service.support_hours,
            service.early_life_until,
            service.high_value,
            tuple(sorted(service.priorities.items())),
            tuple(sorted(service.urgencies.items(), key=lambda item: item[0])),
        )
        if agreed not in self._known:
            self._known[agreed] = self._new(service)
        return self._known[agreed]

    def _new(self, service: Service) -> Pages:
        found: Pages = {}
        priorities = {priority_of(service, severity) for severity in Severity}
        for times in self._alike(service):
            for priority in priorities:
                kind = circumstances(service, priority, False, times[0].start)
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
