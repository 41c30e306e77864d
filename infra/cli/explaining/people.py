"""Who is spoken of: everybody who could have been expected to be notified, and whom a name means."""

import click

from callout.domain.on_call import on_call
from callout.domain.oncall import OnCall, Policy
from callout.domain.succession import live
from callout.domain.synthetic import ID as SYNTHETIC
from infra.cli.description.problem import listed, nearest, shown
from infra.cli.explaining.case import Case
from infra.cli.explaining.course import Course
from infra.cli.explaining.forecast import tier_of
from infra.cli.explaining.membership import named_by
from infra.cli.responders import not_given

IDS_SHOWN_MAX = 20
SINK_NAME = "the sink"


def names(case: Case) -> dict[str, str]:
    """Responder id -> name, as the description says or said it last, or else as the page was told it."""
    told = {each.id: each.name for each in case.page.told}
    sink = {SYNTHETIC: SINK_NAME} if case.synthetic else {}
    found = {who: person.name for oncall in case.of_its_life for who, person in oncall.responders.items()}
    return {**told, **found, **sink}


def everybody(case: Case, course: Course) -> tuple[str, ...]:
    """Whom the policy names in whatever way, who was told, and who was on call as the page was opened."""
    page, at = case.page, case.page.opened_at
    if case.synthetic:
        return (SYNTHETIC,)
    found = [each.id for each in page.told]
    found += [who for look in course.looks for who in named_by(case.at(look.at), tier_of(case, look.tier, look.at))]
    found += _meant(case.at(at), case.policy_at(at))
    found += _meant(case.at(case.now), page.policy)
    wants = page.service.at_risk.notify if page.service.at_risk else None
    found += named_by(case.at(at), wants) if wants else ()
    policy = live(page, case.live)[1]
    found += _meant(case.live, policy) if policy else ()
    opened = case.at(at)
    found += [who for each in opened.schedules.values() for who in on_call(each, at, opened.calendars)]
    return tuple(dict.fromkeys(found))


def _meant(oncall: OnCall, policy: Policy) -> list[str]:
    return [who for tier in policy.everywhere for who in named_by(oncall, tier)]


def the_one(case: Case, wanted: str) -> str:
    """The id of the responder who is meant, by id or name; otherwise the command ends with the nearest right word."""
    if not wanted.strip():
        raise click.BadParameter(
            "no WHO (an unset shell variable?); write an id or a name, or leave it out for everybody"
        )
    known = names(case)
    if wanted in known:
        return wanted
    folded = wanted.strip().casefold()
    found = [who for who, name in known.items() if folded in (who.casefold(), name.casefold())]
    found = found or sorted(case.whose(wanted.strip(), case.page.opened_at) & known.keys())
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(f'"{shown(wanted)}" may be {listed(sorted(found), joint="or")}; write the id')
    if not known:
        raise click.ClickException("nobody is described, neither now nor when the page was opened")
    right = nearest(wanted, [*known.values(), *known])
    ids = sorted(known)
    more = [f"{len(ids) - IDS_SHOWN_MAX} more"] if len(ids) > IDS_SHOWN_MAX else []
    if unlike := not_given(wanted):
        raise click.ClickException(
            f"no responder has that id or name; {unlike}; there are {listed([*ids[:IDS_SHOWN_MAX], *more])}"
        )
    fix = f'did you mean "{right}"?' if right else f"there are {listed([*ids[:IDS_SHOWN_MAX], *more])}"
    raise click.ClickException(f'no responder has the id or the name "{shown(wanted)}"; {fix}')
