"""All that is known about one page: the item, its whole ledger, and the description as it was at each moment."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from callout.domain import agreement
from callout.domain.agreement import Circumstances
from callout.domain.errors import Unavailable
from callout.domain.oncall import OnCall, Policy
from callout.domain.page import Entry, Page
from callout.domain.priority import Priority
from callout.domain.schedule import Calendar
from callout.domain.succession import live as policy_now
from callout.domain.synthetic import is_synthetic, with_synthetic

RAISED = re.compile(r"raised to (P\d), ")
BELIEVED = timedelta(seconds=60)
"""How old a description a function may go by (its cache lasts so long)."""
VERSIONS_MAX = 12
"""So many versions of a page's life are asked for names."""
UNDESCRIBED = " (not described any more)"


@dataclass(frozen=True, slots=True)
class Lived:
    """A version of the description, and since when it was live."""

    version: int
    since: datetime | None
    """None: from before there were records."""
    by: str = ""


@dataclass(frozen=True)
class Case:
    page: Page
    ledger: tuple[Entry, ...]
    lived: tuple[Lived, ...]
    """Oldest first."""
    read: Callable[[int], OnCall]
    """One version; raises Unavailable."""
    now: datetime
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """As they are known now: those of the web are kept in no version."""
    other: Callable[[str], "tuple[Page, tuple[Entry, ...]] | None"] = lambda _: None
    """Another page with its ledger, as the summary that spoke for this one."""
    _known: dict[int, OnCall] = field(default_factory=dict)

    def described(self, version: int) -> OnCall:
        """That version, with the calendars that are known; an empty one where it cannot be read (any more)."""
        if version not in self._known:
            self._known[version] = self._fetched(version)
        return self._known[version]

    def _fetched(self, version: int) -> OnCall:
        try:
            oncall = self.read(version)
        except Unavailable:
            return OnCall(version=version)
        oncall = with_synthetic(oncall) if self.synthetic else oncall
        calendars = {name: self.calendars[name] for name in oncall.calendar_sources if name in self.calendars}
        return replace(oncall, calendars={**calendars, **oncall.calendars})

    @property
    def synthetic(self) -> bool:
        return is_synthetic(self.page.service.id)

    @property
    def ends_at(self) -> datetime:
        return self.page.closed_at or self.now

    @cached_property
    def of_its_life(self) -> tuple[OnCall, ...]:
        """The versions that the page may have met, newest last."""
        within = [each for each in self.lived if each.since is None or each.since <= self.ends_at]
        around = [*within[-VERSIONS_MAX:], self.opened_under, self.latest]
        return tuple(self.described(version) for version in sorted({each.version for each in around}))

    def whose(self, name: str, at: datetime) -> frozenset[str]:
        """Who was meant by a name on the ledger: it writes names only, and people are renamed."""
        if name.endswith(UNDESCRIBED):
            return frozenset({name.removesuffix(UNDESCRIBED)})
        believed = (self.described(each.version) for each in self.believed_at(at))
        then = frozenset(who for oncall in believed for who, person in oncall.responders.items() if person.name == name)
        return then or frozenset(self._ids.get(name, ()))

    @cached_property
    def _ids(self) -> Mapping[str, set[str]]:
        """Name -> everybody who had it, ever."""
        found = defaultdict[str, set[str]](set)
        for oncall in self.of_its_life:
            for who, person in oncall.responders.items():
                found[person.name].add(who)
        for told in self.page.told:
            found[told.name].add(told.id)
        return found

    def live_at(self, at: datetime) -> Lived:
        before = [each for each in self.lived if each.since is None or each.since <= at]
        return before[-1] if before else next(iter(self.lived), Lived(self.page.policy_version, None))

    def believed_at(self, at: datetime) -> tuple[Lived, ...]:
        """What a function may have gone by then: what was live, and what had been within the minute before."""
        found, moment = [self.live_at(at)], at
        while found[-1].since is not None and found[-1].since > at - BELIEVED:
            moment = found[-1].since - timedelta(microseconds=1)
            earlier = self.live_at(moment)
            if earlier == found[-1]:
                break
            found.append(earlier)
        return tuple(found)

    def at(self, at: datetime) -> OnCall:
        return self.described(self.live_at(at).version)

    @cached_property
    def live(self) -> OnCall:
        return self.described(self.lived[-1].version) if self.lived else OnCall(version=0)

    @cached_property
    def latest(self) -> Lived:
        return self.lived[-1] if self.lived else Lived(0, None)

    @cached_property
    def opened_under(self) -> Lived:
        """The page itself knows of which version its policy is, until it is given another."""
        known = next((each for each in self.lived if each.version == self.page.policy_version), None)
        return self.live_at(self.page.opened_at) if known is None or self._policies else known

    @property
    def given_another(self) -> bool:
        return bool(self._policies)

    @cached_property
    def _policies(self) -> list[datetime]:
        """When it was given another policy."""
        return [entry.at for entry in self.ledger if entry.what == "policy"]

    def policy_at(self, at: datetime) -> Policy:
        """The page's own, or the one that it went by before it was given that."""
        changes = self._policies
        if not changes or at >= changes[-1]:
            return self.page.policy
        before = max((change for change in changes if change <= at), default=self.page.opened_at)
        return policy_now(self.page, self.at(before))[1] or self.page.policy

    @property
    def policy_next(self) -> Policy:
        """What an open page goes by from its next step on."""
        follows = self.page.open and self.page.policy_version < self.live.follow_version
        return (policy_now(self.page, self.live)[1] if follows else None) or self.page.policy

    def circumstances(self, at: datetime) -> Circumstances:
        """How the page stood for the conditions of a tier."""
        raised = self.page.raised and self._raised_at is not None and self._raised_at <= at
        return agreement.circumstances(self.page.service, self.priority_at(at), raised, at)

    @cached_property
    def _raised_at(self) -> datetime | None:
        risk = self.page.service.at_risk
        words = ("raised", "urgency", *(["target at risk"] if risk and risk.raise_urgency else []))
        return next((e.at for e in self.ledger if e.what in words), None)

    @cached_property
    def _priorities(self) -> list[Entry]:
        return [entry for entry in self.ledger if entry.what in ("priority", "raised")]

    def priority_at(self, at: datetime) -> Priority:
        later = next((entry for entry in self._priorities if entry.at > at), None)
        if later is None:
            return self.page.priority
        if later.what == "raised":
            found = RAISED.search(later.text)
            return Priority(min(len(Priority), Priority[found[1]] + 1)) if found else self.page.priority
        said = later.text.partition(" ")[0]
        return Priority[said] if said in Priority.__members__ else self.page.priority
