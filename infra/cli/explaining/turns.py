"""Why a tier's turn was for somebody, or was not: one look of the ladder after another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from callout.domain.agreement import wanted
from callout.domain.oncall import OnCall, Tier
from callout.domain.priority import When
from callout.domain.roster import reached
from infra.cli.explaining.asked import Asked, answered, asked
from infra.cli.explaining.case import Case, Lived
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.course import Course, Look, What
from infra.cli.explaining.forecast import Outlook, comebacks, prospect, robins, teams_turns, tier_of
from infra.cli.explaining.lateness import between, late_words, span, step_behind
from infra.cli.explaining.membership import named_by, why_not
from infra.cli.explaining.sentence import Evidence, Sentence, described, inferred, ledger, version

EACH = "; each of them must answer"
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
            self.known[look] = asked(self.case, look)
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
            each = ", and each of them had to answer" if look.entry.text.endswith(EACH) else ""
            text = f"{called(look)} was for {self.name}{why}{each}.{late_words(self.case, look, self.say)}"
            yield Sentence(look.at, text, (*ledger(step_behind(self.case, look), look.entry), *_by(found)))
            yield from self._unreached(look)
            return
        yield from self._not_theirs(look, found)

    def _unreached(self, look: Look) -> Iterator[Sentence]:
        for entry in look.beside:
            name = entry.text.removesuffix(" has no contact method")
            if entry.what == "no contact" and self.who in self.case.whose(name, entry.at):
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
        began = f"{called(look)} was for {others}{' and more' if found.more else ''}"
        grounds = (
            *ledger(step_behind(self.case, look), look.entry, *look.beside),
            *(_by(found) or (described(self.case, look.at),)),
        )
        if look.what is What.GIVEN and self._had_answered(oncall, tier, look):
            text = f"{began}: {self.name} had answered, and who has answered is left in peace."
            yield Sentence(look.at, text, grounds)
            return
        if found.more:
            text = f"{began}; whether {self.name} is among those whom the ledger does not name is not known."
            yield Sentence(look.at, text, grounds)
            return
        reasons = list(why_not(oncall, tier, self.who, look.at, self.say, found.people.values()))
        for reason in reasons:
            text = f"{began}. {reason.text}{late_words(self.case, look, self.say)}"
            yield Sentence(look.at, text, (*grounds, inferred(reason.rule)), reason.fix)
        if not reasons:
            text = f"{began}. Why not for {self.name} is not known: no version of that time has just these people."
            yield Sentence(look.at, text, grounds)
        yield from self._changed_since(look, tier, found)

    def _had_answered(self, oncall: OnCall, tier: Tier, look: Look) -> bool:
        """Whether they would have been asked but for that."""
        meant = (reached(oncall, tier, look.at, turn).people for turn in teams_turns(oncall, tier, self.case.page))
        asked_of = {person.responder.id for people in meant for person in people}
        return self.who in asked_of & answered(self.case, look.at)

    def _described(self, look: Look, found: Asked) -> OnCall:
        return self.case.described(found.by.version) if found.by else self.case.at(look.at)

    def _changed_since(self, look: Look, tier: Tier, found: Asked) -> Iterator[Sentence]:
        """A version that has them there came too late, or was not believed yet."""
        gone_by = found.by or self.case.live_at(look.at)
        later = [each for each in self.case.lived if each.version > gone_by.version]
        for lived in later[:LATER_MAX]:
            oncall = self.case.described(lived.version)
            people = prospect(oncall, tier, look.at, self._robins(look)).people
            if lived.since and any(person.responder.id == self.who for person in people):
                yield self._too_late(look, lived, lived.since)
                return

    def _robins(self, look: Look) -> dict[str, int]:
        case = self.case
        policy = case.policy_at(look.at)
        by = Outlook(look.at, policy, robins=case.page.robins, comebacks=comebacks(case, look.at))
        return robins(by, min(look.turn, policy.turns - 1))

    def _too_late(self, look: Look, lived: Lived, since: datetime) -> Sentence:
        seconds = between(since, look.at)
        text = f"Version {lived.version} of the description has {self.name} there at that time, but "
        if seconds < 0:
            text += f"was applied {span(-seconds)} after the turn."
            return Sentence(look.at, text, (version(lived), *ledger(look.entry)), "apply such a change sooner")
        text += f"had gone live only {span(seconds)} before the turn: functions believe what they read for up to 60 s, "
        text += "and the ledger's words are those of the version before."
        return Sentence(look.at, text, (version(lived), *ledger(look.entry)), "apply a change a minute ahead")

    def _not_given(self, look: Look) -> Iterator[Sentence]:
        tier = tier_of(self.case, look.tier, look.at)
        by = self._believed(look, tier)
        oncall = self.case.described(by.version)
        if self.who not in named_by(oncall, tier):
            return
        grounds = (*ledger(*look.beside, look.entry), version(by))
        if look.what is What.PASSED:
            yield Sentence(look.at, self._passed_over(look, tier), grounds, self._fix(look))
            return
        if look.entry.text.endswith("everybody in it has answered"):
            text = f"{called(look)} was skipped at once: everybody in it had answered."
            yield Sentence(look.at, text, grounds)
            return
        reasons = list(why_not(oncall, tier, self.who, look.at, self.say))
        missing = "; ".join(entry.text.partition(": ")[2] for entry in look.beside if entry.what == "nobody")
        began = f"{called(look)} was skipped at once" + (f": {missing}." if missing else ".")
        for reason in reasons:
            yield Sentence(look.at, f"{began} {reason.text}", (*grounds, inferred(reason.rule)), reason.fix)
        if not reasons:
            yield Sentence(look.at, began, grounds)
        yield from self._changed_since(look, tier, Asked({}, by))

    def _believed(self, look: Look, tier: Tier) -> Lived:
        """The version by which nobody was in it; what had just gone live may not have been believed yet."""
        believed = self.case.believed_at(look.at)
        found = (each for each in believed if not reached(self.case.described(each.version), tier, look.at).people)
        return believed[0] if look.what is What.PASSED else next(found, believed[0])

    def _passed_over(self, look: Look, tier: Tier) -> str:
        now = self.case.circumstances(look.at)
        hours = "inside" if now.support_hours is When.INSIDE else "outside of"
        meant = wanted(tier.condition) if tier.condition else "other pages"
        stood = f"this one was {now.priority}, {now.urgency} urgency, {hours} support hours"
        return f"{called(look)}, which names {self.name}, was passed over: it is for {meant}, and {stood}."

    def _fix(self, look: Look) -> str:
        policy, service = self.case.policy_at(look.at), self.case.page.service
        return (
            f"`when:` of policies.{policy.id}.tiers[{look.tier - 1}], or `priority:`, `urgency:` and `support_hours:` "
            f"of services.{service.id}"
        )


def called(look: Look) -> str:
    return "The last resort's turn" if look.what is What.LAST else f"Tier {look.tier}'s turn"


def _by(found: Asked) -> tuple[Evidence, ...]:
    return (version(found.by),) if found.by else ()
