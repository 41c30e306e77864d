"""What a plan means for each service's pages: whom they wake first, how loudly, and how soon somebody must answer.

What is said of several services alike is said once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from callout.domain.alert import Severity
from callout.domain.oncall import PRIORITY_URGENCIES, SEVERITY_PRIORITIES, OnCall, Service
from callout.domain.priority import Priority
from callout.domain.text import clean
from infra.cli.description.problem import shown
from infra.cli.meaning import change_words, first
from infra.cli.meaning.changes import target_words
from infra.cli.meaning.ladders import losses
from infra.cli.meaning.words import Sentence, some


def services(before: OnCall, after: OnCall, now: datetime) -> Iterator[Sentence]:
    groups: dict[Sentence, list[str]] = {}
    for name in sorted(before.services.keys() | after.services.keys()):
        for said in _said(before, after, name, now):
            service = after.services.get(name) or before.services[name]
            groups.setdefault(said, []).append(shown(clean(service.name)))
    for said, names in groups.items():
        yield Sentence(f"{some(names)}: {said.text}", said.loud)


def _said(before: OnCall, after: OnCall, name: str, now: datetime) -> Iterator[Sentence]:
    old, new = before.services.get(name), after.services.get(name)
    if new is None:
        yield Sentence("alerts page nobody any more; whoever still sends them is refused", loud=True)
    elif old is None:
        yield Sentence(f"alerts page from now on{first.woken(after, new, now)}")
    else:
        yield from first.changes(before, after, old, new, now)
        yield from losses(before, after, old, new)
        yield from _agreement(old, new)
        yield from _keys(before, after, name)


def _agreement(old: Service, new: Service) -> Iterator[Sentence]:
    if old.high_value != new.high_value:
        yield Sentence(f"pages {'now' if new.high_value else 'no longer'} start one priority higher")
    for severity in Severity:
        was, now = (SEVERITY_PRIORITIES | each.priorities for each in (old, new))
        yield from _one(f"{severity} is", str(was[severity]), str(now[severity]))
    for priority in Priority:
        yield from _one(f"{priority} is of", _urgency(old, priority), _urgency(new, priority))
        targets = (each.response.get(priority) for each in (old, new))
        yield from _one(
            f"{priority} is to be answered", *(f"within {target_words(t)}" if t else "at any time" for t in targets)
        )
    hours = (change_words.hours(each.support_hours, "around the clock") for each in (old, new))
    yield from _one("support hours are", *hours)
    if old.early_life_until != new.early_life_until:
        until = change_words.moment(new.early_life_until)
        yield Sentence(
            f"early life, in which all is of high urgency, {f'lasts until {until} UTC' if until else 'is over'}"
        )
    if bool(old.aging) != bool(new.aging):
        yield Sentence(
            "pages of low urgency that are left open " + ("come back" if new.aging else "do not come back any more")
        )
    yield from _one(
        "texts a day, before second ones are held back, are", str(old.texts_per_day), str(new.texts_per_day)
    )


def _one(what: str, old: str, new: str) -> Iterator[Sentence]:
    if old != new:
        yield Sentence(f"{what} {new}, no longer {old}")


def _urgency(service: Service, priority: Priority) -> str:
    found = service.urgencies.get(priority)
    if found is None:
        return f"{PRIORITY_URGENCIES[priority]} urgency"
    if found.inside == found.outside:
        return f"{found.inside} urgency"
    return f"{found.inside} urgency in support hours and {found.outside} outside"


def _keys(before: OnCall, after: OnCall, name: str) -> Iterator[Sentence]:
    lost = [key for key in _of(before.routing_keys, name) if after.routing_keys.get(key) != name]
    refused = [key for key in lost if key not in after.routing_keys]
    if refused:
        text = "a routing key stops" if len(refused) == 1 else f"{len(refused)} routing keys stop"
        yield Sentence(f"{text} paging; whoever still sends with it is refused", loud=True)
    if len(lost) > len(refused):
        to = {after.routing_keys[key] for key in lost if key in after.routing_keys}
        yield Sentence(
            f"what is sent with {len(lost) - len(refused)} of the routing keys pages about {some(sorted(to))} instead"
        )


def _of(keys: Mapping[str, str], name: str) -> list[str]:
    return [key for key, service in keys.items() if service == name]
