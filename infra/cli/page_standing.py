"""What stands between a page and its answer, in words for a terminal: who must, by when, and what holds it."""

from datetime import datetime

from callout.domain.local_time import lasting
from callout.domain.page import Page, State
from callout.domain.response import Standing
from infra.cli.screen import moment


def waiting_for(page: Page) -> tuple[str, ...]:
    """Of those who must each answer, the names of who has not."""
    if page.state is not State.TRIGGERED:
        return ()
    names = {told.id: told.name for told in page.told}
    return tuple(names.get(who, who) for who in page.awaited)


def target(page: Page, now: datetime, utc: bool) -> str:
    """ "P1 within 5 min: met", "P1 within 5 min: running, answer by 2026-11-21 03:19:00 UTC (4 min left)" """
    running = page.clock
    if running is None:
        return ""
    said = f"{running.agreed}: {running.standing}"
    if running.standing is Standing.MET:
        return said
    due = moment(running.due_at, utc)
    if running.standing is Standing.MISSED:
        return f"{said}, it was {due}"
    left = f" ({lasting(running.due_at - now)} left)" if running.due_at > now else ""
    return f"{said}, answer by {due}{left}"


def held(page: Page, utc: bool) -> str:
    if page.held_until is None:
        return ""
    return f"until {moment(page.held_until, utc)}: maintenance {page.held_by}"


def held_briefly(until: datetime, now: datetime) -> str:
    """ "held until 04:00", by the clock of this machine, with the day where it is not today."""
    here, today = until.astimezone(), now.astimezone().date()
    return f"held until {here:{'%H:%M' if here.date() == today else '%a %H:%M'}}"


def summary(page: Page) -> str:
    if page.is_summary:
        count = len(page.firing)
        return f"speaks for {count} {'pages' if count > 1 else 'page'}" if count else ""
    return f"page {page.summary} speaks for it" if page.summary and page.open else ""
