"""Why a tier's turn was for somebody, or was not: one look of the ladder after another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from callout.domain.agreement import wanted
from callout.domain.oncall import OnCall, Tier
from callout.domain.priority import When
from callout.domain.roster import reached
from infra.cli.explaining.asked import Asked, asked
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Course, Look, What
from infra.cli.explaining.forecast import robins, tier_of
from infra.cli.explaining.lateness import late_words, span, step_behind
from infra.cli.explaining.membership import named_by, why_not
from infra.cli.explaining.sentence import Evidence, Sentence, described, inferred, ledger, version

LATER_MAX = 10
"""So many versions after a turn are looked through for one that would have changed it."""


@dataclass(frozen=True, slots=True)
class Turns:
    """One somebody's view of the ladder."""

    case: Case
    course: Course
    names: Mapping[str, str]
    who: str
    say: Clock
    known: dict[Look, Asked] = field(default_factory=dict)
    """Shared by all of them: whom a look was for is asked once."""

    def asked(self, look: Look) -> Asked:
        if look not in self.known:
            self.known[look] = asked(self.case, look, self.names)
        return self.known[look]

    @property
    def name(self) -> str:
        return self.names.get(self.who, self.who)

    def given(self) -> Iterator[tuple[Look, Asked]]:
        """The turns that were theirs."""
        for look in self.course.looks:
            if look.what in (What.GIVEN, What.LAST):
                found = self.asked(look)
                if self.who in found.people:
                    yield look, found

    def sentences(self) -> Iterator[Sentence]:
        for look in self.course.looks:
            if look.what in (What.GIVEN, What.LAST):
                yield from self._given(look)
            else:
                yield from self._not_given(look)

    def _given(self, look: Look) -> Iterator[Sentence]:
        found = self.asked(look)
        if self.who in found.people:
            why = f": {found.people[self.who]}" if found.people[self.who] else ": named there outright"
            text = f"{_called(look)} was for {self.name}{why}.{late_words(look, self.say)}"
            yield Sentence(look.at, text, (*ledger(step_behind(self.case, look), look.entry), *_by(found)))
            yield from self._unreached(look)
            return
        yield from self._not_theirs(look, found)

    def _unreached(self, look: Look) -> Iterator[Sentence]:
        for entry in look.beside:
            if entry.what == "no contact" and entry.text.startswith(f"{self.name} "):
                text = f"{self.name} has no contact method, so there was nowhere to send it."
                yield Sentence(look.at, text, ledger(entry), f"responders.{self.who}.contact")
            if entry.what == "too many":
                text = "The page had more messages waiting than one page may hold; some people were left out."
                yield Sentence(look.at, text, ledger(entry), "fewer people in one tier")

    def _not_theirs(self, look: Look, found: Asked) -> Iterator[Sentence]:
        tier, oncall = tier_of(self.case, look.tier, look.at), self._described(look, found)
        if self.who not in named_by(oncall, tier):
            return
        others = ", ".join(self.names.get(who, who) for who in found.people) or "nobody"
        reasons = list(why_not(oncall, tier, self.who, look.at, self.say))
        grounds = (
            *ledger(step_behind(self.case, look), look.entry, *look.beside),
            *(_by(found) or (described(self.case, look.at),)),
        )
        for reason in reasons:
            text = f"{_called(look)} was for {others}. {reason.text}{late_words(look, self.say)}"
            yield Sentence(look.at, text, (*grounds, inferred(reason.rule)), reason.fix)
        if not reasons:
            text = f"{_called(look)} was for {others}: {self.name} had answered, and who has answered is left in peace."
            yield Sentence(look.at, text, grounds)
        yield from self._changed_since(look, tier, found)

    def _described(self, look: Look, found: Asked) -> OnCall:
        return self.case.described(found.by.version) if found.by else self.case.at(look.at)

    def _changed_since(self, look: Look, tier: Tier, found: Asked) -> Iterator[Sentence]:
        """A version that has them there came too late, or was not believed yet."""
        gone_by = found.by or self.case.live_at(look.at)
        later = [each for each in self.case.lived if each.version > gone_by.version]
        for lived in later[:LATER_MAX]:
            oncall = self.case.described(lived.version)
            people = reached(oncall, tier, look.at, robins(self.case.page, look.turn)).people
            if lived.since and any(person.responder.id == self.who for person in people):
                yield self._too_late(look, lived, lived.since)
                return

    def _too_late(self, look: Look, lived: Lived, since: datetime) -> Sentence:
        seconds = round((look.at - since).total_seconds())
        text = f"Version {lived.version} of the description has {self.name} there at that time, but "
        if seconds < 0:
            text += f"was applied {span(-seconds)} after the turn."
            return Sentence(look.at, text, (version(lived), *ledger(look.entry)), "apply such a change sooner")
        text += f"had gone live only {span(seconds)} before the turn: functions believe what they read for up to 60 s, "
        text += "and the ledger's words are those of the version before."
        return Sentence(look.at, text, (version(lived), *ledger(look.entry)), "apply a change a minute ahead")

    def _not_given(self, look: Look) -> Iterator[Sentence]:
        tier, oncall = tier_of(self.case, look.tier, look.at), self.case.at(look.at)
        if self.who not in named_by(oncall, tier):
            return
        grounds = (*ledger(*look.beside, look.entry), described(self.case, look.at))
        if look.what is What.PASSED:
            yield Sentence(look.at, self._passed_over(look, tier), grounds, self._fix(look))
            return
        reasons = list(why_not(oncall, tier, self.who, look.at, self.say))
        missing = "; ".join(entry.text.partition(": ")[2] for entry in look.beside if entry.what == "nobody")
        began = f"{_called(look)} was skipped at once" + (f": {missing}." if missing else ".")
        for reason in reasons:
            yield Sentence(look.at, f"{began} {reason.text}", (*grounds, inferred(reason.rule)), reason.fix)
        if not reasons:
            yield Sentence(look.at, f"{began} Everybody in it had answered.", grounds)

    def _passed_over(self, look: Look, tier: Tier) -> str:
        now = self.case.circumstances(look.at)
        hours = "inside" if now.support_hours is When.INSIDE else "outside of"
        meant = wanted(tier.condition) if tier.condition else "other pages"
        stood = f"this one was {now.priority}, {now.urgency} urgency, {hours} support hours"
        return f"{_called(look)}, which names {self.name}, was passed over: it is for {meant}, and {stood}."

    def _fix(self, look: Look) -> str:
        policy, service = self.case.policy_at(look.at), self.case.page.service
        return (
            f"`when:` of policies.{policy.id}.tiers[{look.tier - 1}], or `priority:`, `urgency:` and `support_hours:` "
            f"of services.{service.id}"
        )


def _called(look: Look) -> str:
    return "The last resort's turn" if look.what is What.LAST else f"Tier {look.tier}'s turn"


def _by(found: Asked) -> tuple[Evidence, ...]:
    return (version(found.by),) if found.by else ()
