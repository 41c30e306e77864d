"""`callout simulate`: who would be paged, when and by what, without paging anybody."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.cli.given import duration
from infra.cli.given import timezone as zone
from infra.cli.source import Source, find, say_unread, source_options

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from infra.cli.rehearsal.simulation import Plan

UNTIL_SECONDS_MAX = 90 * 86_400
ANSWER_SECONDS_MAX = QUIET_SECONDS_MAX = 7 * 86_400
"""A page that nobody answers for longer would only come back and back, thousands of times."""


@click.command()
@source_options
@click.option("--service", metavar="ID", help="Which service alerts; may be left out where there is only one.")
@click.option(
    "--severity",
    type=click.Choice(["critical", "error", "warning", "info"]),
    default="critical",
    show_default=True,
    help="How bad the alert says it is.",
)
@click.option("--at", metavar="TIME", help="When it alerts: 2026-03-29T01:59, or with Z or an offset.  [default: now]")
@click.option(
    "--timezone",
    metavar="ZONE",
    callback=zone,
    help="Read --at by this clock, and show by it what is no notice.  [default: UTC, and the schedule's own]",
)
@click.option("--title", default="simulated alert", show_default=True, help="What the alert says.")
@click.option("--label", "labels", metavar="NAME=VALUE", multiple=True, help="A label of the alert. Repeatable.")
@click.option("--no-answer", is_flag=True, help="Nobody ever answers; so it is unless --answer-after is given.")
@click.option(
    "--answer-after",
    metavar="TIME",
    callback=duration,
    help="Somebody answers so long after the alert: 7m; at most 7d.",
)
@click.option(
    "--answer-by",
    metavar="RESPONDER",
    multiple=True,
    help="Who answers. Repeatable.  [default: the first of those who were notified last]",
)
@click.option("--channel-down", type=click.Choice(["sms", "email"]), multiple=True, help="Its provider is down.")
@click.option(
    "--resolve-after", metavar="TIME", callback=duration, help="The monitor says then that it is over; at most 7d."
)
@click.option(
    "--until",
    metavar="TIME",
    callback=duration,
    help="Go on so long, even when somebody has answered: 24h; at most 90d.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of events as JSON.")
@click.option("--svg", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file.")
def simulate(source: Source, /, as_json: bool, svg: Path | None, **options: Any) -> None:
    """Show who would be paged for an alert, when and by what, until the end.

    Several FILEs, or a folder of them, are one description together. The page is taken through the same code that
    runs in Lambda, in a time of its own; nothing is sent. Without --until it ends when somebody has answered, when it
    is resolved, or once an exhausted page has come back twice. In teams that take turns, it is the first one's turn.

    With --json it is a list of events in the order of time, and each has all of these keys, null where they say
    nothing: after_seconds (since the alert), at (UTC), local (with an offset: by the clock of whoever is notified),
    what ("notice", a word of the page's ledger, or at last "end"), text, page (counted from 1: a maintenance window
    may end with a summary, a second page), and for a notice responder, name, channel, to (masked), kind and tier.
    """
    from infra.cli.rehearsal.simulation import simulate as play

    _check(**options)
    found = find(source)
    oncall = found.oncall
    if (options["until"] or 0) > QUIET_SECONDS_MAX:
        click.echo("So long a time may take half a minute.", err=True)
    plan = _plan(oncall, **options)
    place = _place(oncall, plan.service, options["timezone"])
    simulated = play(oncall, plan, found.live.outputs.base_url) if found.live else play(oncall, plan)
    say_unread(found, simulated.end, *oncall.schedules.values())
    if as_json:
        from infra.cli.rehearsal import as_json as simulation_json

        simulation_json.write(simulated, oncall)
    else:
        from infra.cli.rehearsal import words as simulation_words

        simulation_words.show(simulated, oncall, place)
    if svg is not None:
        from infra.cli.rehearsal.svg import drawn

        svg.write_text(drawn(simulated, oncall, place), encoding="utf-8")
        click.echo(f"Drawn into {svg}.", err=True)


def _check(
    no_answer: bool,
    answer_after: int | None,
    answer_by: tuple[str, ...],
    resolve_after: int | None,
    until: int | None,
    **_others: Any,
) -> None:
    """Options that do not go together end the command, each with a sentence of its own."""
    if no_answer and (answer_after is not None or answer_by):
        raise click.UsageError("--no-answer means that nobody answers: leave it out, or --answer-after and --answer-by")
    if answer_by and answer_after is None:
        raise click.UsageError("--answer-by says who answers, not when: add --answer-after, for example 7m")
    if answer_after is not None and resolve_after is not None and resolve_after <= answer_after:
        raise click.UsageError("by --resolve-after it is over before anybody answers: leave --answer-after out")
    for option, span in {"--answer-after": answer_after, "--resolve-after": resolve_after}.items():
        if span is not None and span > ANSWER_SECONDS_MAX:
            raise click.UsageError(f"{option} goes as far as 7d: after that the page only comes back as it did before")
        if span is not None and until is not None and span > until:
            raise click.UsageError(f"{option} lies behind the end: --until comes first")
    if until is not None and until > UNTIL_SECONDS_MAX:
        raise click.UsageError("--until goes as far as 90d")


def _plan(
    oncall: "OnCall",
    service: str | None,
    severity: str,
    at: str | None,
    timezone: str | None,
    title: str,
    labels: tuple[str, ...],
    answer_after: int | None,
    answer_by: tuple[str, ...],
    resolve_after: int | None,
    until: int | None,
    channel_down: tuple[str, ...],
    **_checked: Any,
) -> "Plan":
    from callout.domain.alert import Severity
    from infra.cli.rehearsal.simulation import Plan
    from infra.cli.schedules import instant_of

    return Plan(
        service=_the_service(oncall, service),
        at=instant_of(at, timezone, ()),
        severity=Severity(severity),
        title=title,
        labels=_labels(labels),
        answer_after=answer_after,
        answer_by=tuple(_known("--answer-by", "responder", who, oncall.responders) for who in answer_by),
        resolve_after=resolve_after,
        until=until,
        channels_down=channel_down,
    )


def _the_service(oncall: "OnCall", named: str | None) -> str:
    if named is not None:
        return _known("--service", "service", named, oncall.services)
    if len(oncall.services) == 1:
        return next(iter(oncall.services))
    raise click.UsageError(f"which service alerts? add --service; {_there_are(oncall.services)}")


def _known(option: str, what: str, named: str, ids: Mapping[str, object]) -> str:
    from infra.cli.description.problem import nearest, shown

    if named in ids:
        return named
    right = nearest(named, ids)
    fix = f'did you mean "{right}"?' if right else _there_are(ids)
    raise click.BadParameter(f'no {what} has the id "{shown(named)}"; {fix}', param_hint=option)


def _there_are(ids: Mapping[str, object]) -> str:
    from infra.cli.description.problem import listed
    from infra.cli.responders import IDS_SHOWN_MAX

    shown = sorted(ids)[:IDS_SHOWN_MAX]
    more = [f"{len(ids) - len(shown)} more"] if len(ids) > len(shown) else []
    return f"there {'is' if len(ids) == 1 else 'are'} {listed([*shown, *more])}" if ids else "there are none"


def _labels(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for (name, equals, _), text in zip(pairs, texts, strict=True):
        if not (name and equals):
            raise click.BadParameter(f'"{text}" is no label; write it like cluster=eu-1', param_hint="--label")
    return {name: value for name, _, value in pairs}


def _place(oncall: "OnCall", service: str, given: str | None) -> str:
    """Where the clock is read for what concerns nobody's phone: where --timezone says.

    Without it in the first schedule that the service's policy names, or where its support hours are.
    """
    from callout.domain.target import target

    if given is not None:
        return given
    policy = oncall.policies[oncall.services[service].policy]
    named = [target(text).id for tier in policy.everywhere for text in tier.targets]
    schedules = [oncall.schedules[name].timezone for name in named if name in oncall.schedules]
    hours = oncall.services[service].support_hours
    return next(iter(schedules), hours.timezone if hours else "UTC")
