"""All that is known about one page: the item, its whole ledger, and the description as it was at each moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from callout.domain import agreement
from callout.domain.agreement import Circumstances
from callout.domain.errors import Unavailable
from callout.domain.oncall import OnCall, Policy
from callout.domain.page import Entry, Page
from callout.domain.priority import Priority
from callout.domain.schedule import Calendar
from callout.domain.succession import live as policy_now

if TYPE_CHECKING:
    from callout.domain.applied import Applied
    from callout.runtime import Runtime

BELIEVED = timedelta(seconds=60)
"""How old a description a function may go by (its cache lasts so long)."""


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
        calendars = {name: self.calendars[name] for name in oncall.calendar_sources if name in self.calendars}
        return replace(oncall, calendars={**calendars, **oncall.calendars})

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

    def circumstances(self, at: datetime) -> Circumstances:
        """How the page stood for the conditions of a tier."""
        raised = self.page.raised and self._raised_at is not None and self._raised_at <= at
        return agreement.circumstances(self.page.service, self.priority_at(at), raised, at)

    @cached_property
    def _raised_at(self) -> datetime | None:
        return next((e.at for e in self.ledger if e.what in ("raised", "urgency", "target at risk")), None)

    @cached_property
    def _priorities(self) -> list[Entry]:
        return [entry for entry in self.ledger if entry.what == "priority"]

    @cached_property
    def counted(self) -> list[Entry]:
        """The answers of those of whom each must give one."""
        return [entry for entry in self.ledger if entry.what == "counted"]

    def priority_at(self, at: datetime) -> Priority:
        later = (entry.text for entry in self._priorities if entry.at > at)
        said = next(later, "").partition(" ")[0]
        return Priority[said] if said in Priority.__members__ else self.page.priority


def load(runtime: "Runtime", page: Page) -> Case:
    known = runtime.versions.current().oncall

    def other(page_id: str) -> tuple[Page, tuple[Entry, ...]] | None:
        found = runtime.pages.get(page_id)
        return (found, runtime.pages.ledger(found)) if found else None

    return Case(
        page=page,
        ledger=runtime.pages.ledger(page),
        lived=lived(runtime.versions.applied(), known.version),
        read=runtime.versions.read,
        now=runtime.now(),
        calendars=known.calendars,
        other=other,
    )


def lived(applied: "Sequence[Applied]", live: int) -> tuple[Lived, ...]:
    """The live version and what it replaced, and so on, oldest first; the others were never believed by anybody."""
    known = {each.version: each for each in applied}
    found: list[Lived] = []
    version = live
    while version and version not in [each.version for each in found]:
        record = known.get(version)
        found.append(Lived(version, _instant(record.at) if record else None, record.by if record else ""))
        version = record.before if record else 0
    return tuple(reversed(found))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
