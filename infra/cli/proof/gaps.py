"""The rules about nobody: pages that reach nobody, tiers that are empty, pages that no tier takes."""

from collections.abc import Iterator

from callout.domain.agreement import Circumstances, applies
from callout.domain.oncall import Service, Tier
from infra.cli.description.problem import Finding, Path, listed, shown
from infra.cli.proof import words as words
from infra.cli.proof.ground import Ground, Used
from infra.cli.proof.intervals import Intervals, both, either, without
from infra.cli.proof.pages import Pages
from infra.cli.proof.reach import Reach

Gaps = dict[Circumstances, Intervals]


def nobody(ground: Ground) -> Iterator[Finding]:
    """Services of one policy whose pages are lost at the same times are one error."""
    for used in ground.used:
        alike: dict[tuple[tuple[Circumstances, Intervals], ...], list[tuple[Service, Pages]]] = {}
        for service, pages in used.services:
            if gaps := ground.gaps(used, pages):
                alike.setdefault(tuple(gaps.items()), []).append((service, pages))
        for lost, services in alike.items():
            yield _nobody(ground, used, dict(lost), services)


def _nobody(ground: Ground, used: Used, gaps: Gaps, services: list[tuple[Service, Pages]]) -> Finding:
    service, pages = services[0]
    tiers = used.told(tuple(range(len(used.policy.tiers))))
    when = either(*gaps.values())
    told = words.times(when, ground.timezone(tiers, service), ground.within)
    clocks = words.changed_clocks(when[0], words.clocks_of(ground.schedules_of(tiers)))
    same = [other.id for other, _ in services[1:]]
    text = f"its {words.pages(gaps, pages, used.raised)} would reach nobody {told}"
    text += f" ({clocks})" if clocks else ""
    text += f"; so would those of {words.ids(same)}" if same else ""
    return Finding(("services", service.id), text, _cover(ground, used))


def _cover(ground: Ground, used: Used) -> str:
    schedules = [schedule.id for schedule in ground.schedules_of(used.policy.everywhere)]
    last = f"give policies.{shown(used.policy.id)} a last_resort who is always there"
    if used.policy.last_resort:
        last = f"add somebody who is always there to the last_resort of policies.{shown(used.policy.id)}"
    return f"cover that in {words.ids(schedules, 'or')}, or {last}" if schedules else last


def speechless(ground: Ground) -> Iterator[Finding]:
    """Tiers whose people have no contact method, all of them."""
    for path, tier in _tiers(ground):
        reach = ground.reach(tier)
        if _unheard(reach):
            who = listed(words.name(ground.oncall, name) for name in sorted(reach.mute))
            text = f"reaches nobody ever: {who} {'has' if len(reach.mute) == 1 else 'have'} no contact method"
            yield Finding(path, text, "add a phone number or a mail address there, or notify somebody else")


def _unheard(reach: Reach) -> bool:
    """People are meant, and not one of them can be told."""
    return bool(reach.mute) and not any(shift.who for shift in reach.shifts)


def _tiers(ground: Ground) -> Iterator[tuple[Path, Tier]]:
    for used in ground.used:
        yield from _places(used)
        for service, _ in used.services:
            if service.at_risk and service.at_risk.notify:
                yield ("services", service.id, "at_risk"), service.at_risk.notify


def _places(used: Used) -> Iterator[tuple[Path, Tier]]:
    at = ("policies", used.policy.id)
    for index, tier in enumerate(used.policy.tiers):
        yield (*at, "tiers", index), tier
    if used.policy.last_resort:
        yield (*at, "last_resort"), used.policy.last_resort


def skipped(ground: Ground) -> Iterator[Finding]:
    """Tiers that are empty at times while others are not; those that name the same targets are one warning."""
    alike: dict[tuple[str, ...], list[tuple[Path, Tier, Intervals]]] = {}
    for used in ground.used:
        lost = ground.lost(used)
        for path, tier in _places(used):
            reach = ground.reach(tier)
            gaps = () if _unheard(reach) else without(both(reach.empty, _asked(used, tier)), lost)
            if gaps:
                alike.setdefault(tier.targets, []).append((path, tier, gaps))
    for found in alike.values():
        yield _skipped(ground, found)


def _asked(used: Used, tier: Tier) -> Intervals:
    """When any page of the policy asks for it."""
    return either(*(times for kind, times in used.kinds.items() if applies(tier.condition, kind)))


def _skipped(ground: Ground, found: list[tuple[Path, Tier, Intervals]]) -> Finding:
    path, tier, _ = found[0]
    gaps = either(*(times for _, _, times in found))
    schedules = ground.schedules_of([tier])
    when = words.times(gaps, ground.timezone([tier]), ground.within)
    clocks = words.changed_clocks(gaps[0], words.clocks_of(schedules))
    also = sorted({str(other[1]) for other, _, _ in found} - {str(path[1])})
    text = f"nobody is in it {when}" + (f" ({clocks})" if clocks else "")
    text += "; it is passed over then" + (
        f", and so is the one with the same people in {words.ids(also)}" if also else ""
    )
    fix = "notify somebody who is there as well, or say with `when` for which pages it is"
    if schedules:
        fix = f"cover that in {words.ids([each.id for each in schedules], 'or')}, or {fix}"
    return Finding(path, text, fix, "warning")


def untaken(ground: Ground) -> Iterator[Finding]:
    """Pages for which there is no tier: only the last resort hears of them, and that they are exhausted."""
    for used in ground.used:
        kinds = used.kinds
        lonely = [kind for kind in kinds if not used.taking(kind)]
        if lonely:
            named = [s.id for s, pages in used.services if not pages.keys().isdisjoint(lonely)]
            last = "the last resort" if used.policy.last_resort else "the last resort, which is its last tier"
            which = words.pages(lonely, kinds, used.raised)
            text = f"no tier takes {which} of {words.ids(named)}: they go straight to {last}"
            fix = "add a tier for them, or widen the `when` of one"
            yield Finding(("policies", used.policy.id), text, fix, "warning")
