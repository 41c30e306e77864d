"""One responder, team, policy, service or window before and after: each thing that differs, with both its values."""

from collections.abc import Iterator, Mapping, Sequence

from callout.domain.oncall import (
    AtRisk,
    Away,
    Contact,
    Maintenance,
    Policy,
    Responder,
    ResponseTarget,
    Rule,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Urgency
from infra.cli.description.duration import written
from infra.cli.description.problem import masked
from infra.cli.meaning import change_words as say


def of_responder(old: Responder, new: Responder) -> Iterator[str]:
    yield from say.value("name", old.name, new.name)
    yield from _contacts(old.contacts, new.contacts)
    yield from say.value("timezone", old.timezone, new.timezone)
    yield from say.values("rules", _rules(old.rules), _rules(new.rules))
    yield from say.listing("alternates", old.alternates, new.alternates)
    yield from say.come_and_go("away", *([_away(away, each.timezone) for away in each.away] for each in (old, new)))


def _contacts(old: Sequence[Contact], new: Sequence[Contact]) -> Iterator[str]:
    before, after = ({contact.id: contact for contact in contacts} for contacts in (old, new))
    for name in before.keys() - after.keys():
        yield f"{name} {masked(before[name].address)} removed"
    for name, contact in after.items():
        if name not in before:
            yield f"{name} {masked(contact.address)} added"
        elif contact != before[name]:
            yield say.change(name, masked(before[name].address), masked(contact.address))
    if before.keys() == after.keys() and list(before) != list(after):
        yield say.change("contact order", ", ".join(before), ", ".join(after))


def _rules(rules: Mapping[Urgency, Sequence[Rule]]) -> dict[str, str]:
    return {str(urgency): ", ".join(map(_rule, each)) for urgency, each in rules.items()}


def _rule(rule: Rule) -> str:
    return f"{rule.channel} {written(rule.after_seconds)}" if rule.after_seconds else rule.channel


def _away(away: Away, timezone: str) -> str:
    return f"{say.moment(away.start, timezone)} to {say.moment(away.end, timezone)} ({timezone})"


def of_team(old: Team, new: Team) -> Iterator[str]:
    yield from say.value("name", old.name, new.name)
    yield from say.listing("members", old.members, new.members)


def of_policy(old: Policy, new: Policy) -> Iterator[str]:
    yield from _tiers(old.tiers, new.tiers)
    yield from say.value("repeat", str(old.repeat), str(new.repeat))
    yield from _one_tier("last resort", old.last_resort, new.last_resort)
    yield from say.span("ack timeout", old.ack_timeout_seconds, new.ack_timeout_seconds)
    yield from say.span("comes back every", old.comeback_seconds, new.comeback_seconds)
    yield from say.span("relapse within", old.relapse_seconds, new.relapse_seconds)


def _tiers(old: Sequence[Tier], new: Sequence[Tier]) -> Iterator[str]:
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        yield from _tier(f"tier {number}", before, after)
        yield from say.span(f"tier {number} wait", before.wait_seconds, after.wait_seconds)
    for number, tier in enumerate(new[len(old) :], start=len(old) + 1):
        yield f"tier {number} added: {described(tier)}, wait {written(tier.wait_seconds)}"
    for number, tier in enumerate(old[len(new) :], start=len(new) + 1):
        yield f"tier {number} removed: {described(tier)}"


def _tier(what: str, old: Tier, new: Tier) -> Iterator[str]:
    yield from say.listing(f"{what} notify", [*map(say.named, old.targets)], [*map(say.named, new.targets)])
    yield from say.listing(f"{what} by", say.channels(old.channels), say.channels(new.channels))
    yield from say.yes(f"{what} everyone", old.everyone, new.everyone)
    yield from say.value(f"{what} when", say.condition(old.condition), say.condition(new.condition))


def _one_tier(what: str, old: Tier | None, new: Tier | None) -> Iterator[str]:
    if old and new:
        yield from _tier(what, old, new)
    elif new:
        yield f"{what} added: {described(new)}"
    elif old:
        yield f"{what} removed: {described(old)}"


def described(tier: Tier) -> str:
    everyone = ", everyone must answer" if tier.everyone else ""
    when = f", when {say.condition(tier.condition)}" if tier.condition else ""
    return f"notify {_cut([*map(say.named, tier.targets)])} by {', '.join(say.channels(tier.channels))}{everyone}{when}"


def _cut(names: Sequence[str]) -> str:
    text = ", ".join(names)
    return text if len(text) <= say.LIST_CHARS_MAX else f"{len(names)} responders"


def of_service(old: Service, new: Service) -> Iterator[str]:
    yield from say.value("name", old.name, new.name)
    yield from say.value("policy", old.policy, new.policy)
    yield from say.link("runbook", old.runbook, new.runbook)
    yield from say.link("bridge", old.bridge, new.bridge)
    yield from say.value("owner", old.owner, new.owner)
    yield from say.hours_change("support hours", old.support_hours, new.support_hours, "around the clock")
    yield from say.values("priority", *({str(k): str(v) for k, v in each.priorities.items()} for each in (old, new)))
    yield from say.values("urgency", *(_urgencies(each) for each in (old, new)))
    yield from say.values("respond within", *(_targets(each) for each in (old, new)))
    yield from _at_risk(old.at_risk, new.at_risk)
    yield from say.yes("high value", old.high_value, new.high_value)
    yield from say.value("early life until", *(_early_life(each) for each in (old, new)))
    yield from say.value("aging", *(_aging(each) for each in (old, new)))
    yield from say.value("texts per day", str(old.texts_per_day), str(new.texts_per_day))


def _urgencies(service: Service) -> dict[str, str]:
    found = service.urgencies.items()
    return {str(name): f"{each.inside} inside, {each.outside} outside of support hours" for name, each in found}


def _targets(service: Service) -> dict[str, str]:
    return {str(priority): target_words(target) for priority, target in service.response.items()}


def target_words(target: ResponseTarget) -> str:
    return f"{written(target.seconds)}{' in support hours' if target.in_support_hours else ''}"


def _at_risk(old: AtRisk | None, new: AtRisk | None) -> Iterator[str]:
    before, after = (_before(each) for each in (old, new))
    yield from say.value("at risk", before, after)
    old, new = old or AtRisk(), new or AtRisk()
    yield from say.yes("at risk raise urgency", old.raise_urgency, new.raise_urgency)
    yield from say.yes("at risk next tier", old.next_tier, new.next_tier)
    yield from _one_tier("at risk notify", old.notify, new.notify)


def _before(found: AtRisk | None) -> str:
    if found is None:
        return ""
    return "the last quarter" if found.before_seconds is None else f"{written(found.before_seconds)} before"


def _early_life(service: Service) -> str:
    timezone = service.support_hours.timezone if service.support_hours else "UTC"
    return say.moment(service.early_life_until, timezone)


def _aging(service: Service) -> str:
    aging = service.aging
    return f"after {written(aging.after_seconds)}, raised after {aging.raise_after} times" if aging else "never"


def of_maintenance(old: Maintenance, new: Maintenance) -> Iterator[str]:
    yield from say.value("name", old.name, new.name)
    yield from say.listing("services", old.services or ("all",), new.services or ("all",))
    yield from say.labels(old.labels, new.labels)
    yield from say.value("from", say.moment(old.start), say.moment(new.start))
    yield from say.value("to", say.moment(old.end), say.moment(new.end))
    yield from say.hours_change("every", old.hours, new.hours, "once")
