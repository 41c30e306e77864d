"""What the rules of the proof ask: which services use a policy, which tiers take which of their pages, who is there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from callout.domain.agreement import Circumstances, applies
from callout.domain.oncall import OnCall, Policy, Service, Tier
from callout.domain.schedule import Schedule
from callout.domain.target import Kind, target
from infra.cli.proof.intervals import Interval, Intervals, both, either, every
from infra.cli.proof.pages import Kinds, Pages
from infra.cli.proof.reach import Reach, Reaches

SCHEDULE_KINDS = (Kind.SCHEDULE, Kind.NEXT, Kind.PREVIOUS)
Taking = tuple[int, ...]
"""The tiers (from 0) that take part."""


@dataclass(frozen=True, slots=True)
class Used:
    """A policy and the services whose pages climb it."""

    policy: Policy
    services: tuple[tuple[Service, Pages], ...]
    kinds: Pages
    """All the pages that come to it, and when they can."""
    raised: frozenset[Circumstances] = frozenset()
    """Those of them that no service has before a page is raised."""

    def taking(self, kind: Circumstances) -> Taking:
        return tuple(i for i, tier in enumerate(self.policy.tiers) if applies(tier.condition, kind))

    def told(self, taking: Taking) -> list[Tier]:
        """Everybody who is asked before such a page has reached nobody: those tiers, and the last resort."""
        return [*(self.policy.tiers[i] for i in taking), self.policy.last_resort or self.policy.tiers[-1]]


class Ground:
    def __init__(self, oncall: OnCall, within: Interval) -> None:
        self.oncall = oncall
        self.within = within
        self._reaches = Reaches(oncall, within)
        self._empty: dict[tuple[str, Taking], Intervals] = {}

    @cached_property
    def used(self) -> list[Used]:
        """Policies that no service uses lead nowhere, whatever they say."""
        kinds = Kinds(self.within)
        services: dict[str, list[tuple[Service, Pages]]] = {}
        for service in self.oncall.services.values():
            services.setdefault(service.policy, []).append((service, kinds.of(service)))
        policies = self.oncall.policies
        return [_used(policies[name], found, kinds) for name, found in services.items() if name in policies]

    @cached_property
    def schedules(self) -> list[Schedule]:
        return self.schedules_of(tier for used in self.used for tier in used.policy.everywhere)

    def schedules_of(self, tiers: Iterable[Tier]) -> list[Schedule]:
        found = (target(text) for tier in tiers for text in tier.targets)
        names = dict.fromkeys(each.id for each in found if each.kind in SCHEDULE_KINDS)
        return [self.oncall.schedules[name] for name in names if name in self.oncall.schedules]

    @property
    def steps(self) -> int:
        """How many `prepare` takes."""
        return len(self.schedules) + len(self.used)

    def prepare(self) -> Iterator[int]:
        """Works out the schedules and then the tiers, which is what takes the time; says how many are done."""
        for count, schedule in enumerate(self.schedules, start=1):
            self._reaches.shifts(schedule)
            yield count
        for count, used in enumerate(self.used, start=len(self.schedules) + 1):
            for tier in used.policy.everywhere:
                self.reach(tier)
            yield count

    def reach(self, tier: Tier) -> Reach:
        return self._reaches.of_tier(tier)

    def empty(self, used: Used, taking: Taking) -> Intervals:
        """When a page that these tiers take would reach nobody."""
        key = (used.policy.id, taking)
        if key not in self._empty:
            self._empty[key] = every([self.reach(tier).empty for tier in used.told(taking)], self.within)
        return self._empty[key]

    def gaps(self, used: Used, pages: Pages) -> dict[Circumstances, Intervals]:
        """When which pages would reach nobody."""
        found = {kind: both(times, self.empty(used, used.taking(kind))) for kind, times in pages.items()}
        return {kind: gaps for kind, gaps in found.items() if gaps}

    def lost(self, used: Used) -> Intervals:
        """When any page of the policy would reach nobody."""
        return either(*(gaps for _, pages in used.services for gaps in self.gaps(used, pages).values()))

    def timezone(self, tiers: Sequence[Tier], service: Service | None = None) -> str:
        """By whose clock to speak of them: that of their first schedule."""
        schedules = self.schedules_of(tiers)
        if schedules:
            return schedules[0].timezone
        hours = service.support_hours if service else None
        return hours.timezone if hours else "UTC"


def _used(policy: Policy, found: list[tuple[Service, Pages]], kinds: Kinds) -> Used:
    together = _all(pages for _, pages in found)
    first = frozenset().union(*(kinds.first(service) for service, _ in found))
    return Used(policy, tuple(found), together, frozenset(together) - first)


def _all(several: Iterable[Pages]) -> Pages:
    found: dict[Circumstances, list[Intervals]] = {}
    for pages in {id(pages): pages for pages in several}.values():
        for kind, times in pages.items():
            found.setdefault(kind, []).append(times)
    return {kind: either(*times) for kind, times in found.items()}
