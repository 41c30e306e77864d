"""What the domain makes of a whole description."""

from pathlib import Path

from callout.domain.oncall import OnCall
from callout.domain.target import Kind
from infra.cli.description.maintenance import maintenance
from infra.cli.description.model import Parts
from infra.cli.description.people import responder, team
from infra.cli.description.policies import policy
from infra.cli.description.problem import Path as At
from infra.cli.description.rotations import calendar_id, schedule
from infra.cli.description.services import service
from infra.cli.description.yaml_tree import Tree

HTTPS = "https://"


def oncall_of(parts: Parts) -> OnCall:
    """Version 0. References that lead nowhere stay as they are written."""
    names = {**dict.fromkeys(parts.teams, Kind.TEAM), **dict.fromkeys(parts.schedules, Kind.SCHEDULE)}
    holidays = parts.holidays
    return OnCall(
        version=0,
        services={name: service(name, each, names, holidays) for name, each in parts.services.items()},
        policies={name: policy(name, each, names) for name, each in parts.policies.items()},
        responders={name: responder(name, each) for name, each in parts.responders.items()},
        routing_keys={key: name for name, each in parts.services.items() for key in each.routing_keys},
        schedules={name: schedule(name, each, holidays) for name, each in parts.schedules.items()},
        teams={name: team(name, each) for name, each in parts.teams.items()},
        maintenance=tuple(maintenance(name, each) for name, each in parts.maintenance.items()),
        calendar_sources={
            calendar_id(source): source if is_address(source) else "" for source in calendars(parts).values()
        },
    )


def calendars(parts: Parts) -> dict[At, str]:
    """Where each calendar is named, and what is named."""
    return {
        ("schedules", name, "layers", index, "calendar"): layer.calendar
        for name, schedule in parts.schedules.items()
        for index, layer in enumerate(schedule.layers)
        if layer.calendar
    }


def calendar_files(tree: Tree, parts: Parts) -> dict[str, Path]:
    named = calendars(parts).items()
    return {calendar_id(source): beside(tree, at, source) for at, source in named if not is_address(source)}


def beside(tree: Tree, at: At, source: str) -> Path:
    """A calendar's file: its path is read from where the file lies that names it."""
    return Path(tree.place(at).file).parent / source


def is_address(source: str) -> bool:
    return source.casefold().startswith(HTTPS)
