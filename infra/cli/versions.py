"""`callout versions`: what was live when, who put it there, and why."""

from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options

if TYPE_CHECKING:
    from callout.domain.applied import Applied
    from callout.runtime import Runtime

SHOWN = 20


@click.command()
@deployment_options
@click.option("--limit", type=click.IntRange(1), default=SHOWN, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def versions(deployment: Deployment, limit: int, as_json: bool) -> None:
    """List the versions of the on-call description, newest first, and which of them is live."""
    from infra.cli import page_json
    from infra.cli.operating import operate

    _, runtime = operate(deployment)
    live = runtime.versions.live()
    found = _listed(runtime, live)[:limit]
    lived = _lived(found, live)
    if as_json:
        page_json.write([_as_json(applied, live, lived) for applied in found])
    elif found:
        _show(found, live, lived)
    else:
        click.echo("Nothing was ever applied; `callout apply FILE` puts a description live.")


def _listed(runtime: "Runtime", live: int) -> "list[Applied]":
    """Newest first; also the live one where it is from before there were records."""
    from callout.domain.applied import Applied

    found = {applied.version: applied for applied in runtime.versions.applied()}
    if live:
        found.setdefault(live, Applied(live))
    return [found[version] for version in sorted(found, reverse=True)]


def _lived(found: "list[Applied]", live: int) -> set[int]:
    """The live one and what it replaced, and so on; the others were never live: their command ended too early."""
    before = {applied.version: applied.before for applied in found}
    lived: set[int] = set()
    while live and live not in lived:
        lived.add(live)
        live = before.get(live, 0)
    return lived


def _state(version: int, live: int, lived: set[int]) -> str:
    return "live" if version == live else "" if version in lived else "never live"


def _show(found: "list[Applied]", live: int, lived: set[int]) -> None:
    from infra.cli.screen import console, framed, plain

    screen = console()
    table = framed(screen, "version", "", "when", "who", "why")
    for applied in found:
        state = _state(applied.version, live, lived)
        why = " ".join(
            filter(None, [f"(version {applied.restores} again)" if applied.restores else "", applied.message])
        )
        table.add_row(str(applied.version), state, applied.at or "?", plain(applied.by or "?"), plain(why))
    screen.print(table)


def _why(applied: "Applied") -> str:
    again = f"(version {applied.restores} again)" if applied.restores else ""
    return f"{again} {applied.message}".strip()


def _as_json(applied: "Applied", live: int, lived: set[int]) -> dict[str, object]:
    return {
        "version": applied.version,
        "state": _state(applied.version, live, lived) or "replaced",
        "applied_at": applied.at or None,
        "by": applied.by or None,
        "message": applied.message,
        "before": applied.before or None,
        "restores": applied.restores or None,
    }
