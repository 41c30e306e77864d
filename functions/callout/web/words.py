"""What the page behind an answer link says of the state that a problem is in."""

from datetime import datetime

from callout.domain.local_time import ago, clock, date_and_clock, local
from callout.domain.text import clean, cut
from callout.web.view import Given, Situation, View

NAME_CHARS_MAX = 40


def words(view: View) -> tuple[str, str]:
    """The state as one reads it at arm's length, and what it means."""
    match view.situation:
        case Situation.OPEN:
            if view.problem and view.problem.exhausted:
                return "Nobody answered", "Everybody has been notified. Acknowledge, and it is yours."
            return "Not answered", "Acknowledge, and nobody else is notified while you are at it."
        case Situation.MINE:
            return "You have it", lasts(view)
        case Situation.THEIRS:
            first = view.answers[0] if view.answers else None
            return f"{name(first)} has it", f"{name(first)} answered{when(first, view)}. {lasts(view)}"
        case Situation.RESOLVED:
            return "Resolved", f"Closed by {name(view.closed)}{when(view.closed, view)}. Nobody is notified any more."
        case Situation.NOT_RECORDED:
            return "NOT recorded", f"{_NOT_RECORDED} {'Tap again.' if view.nonce else 'Go back and tap again.'}"
    return TROUBLE[view.situation]


_NOT_RECORDED = "Your answer was not recorded, and others are still being notified."

TROUBLE = {
    Situation.EXPIRED: (
        "This link has expired",
        "Nothing was changed. If the problem is still open, the newest message about it has a link that works.",
    ),
    Situation.FORGED: (
        "This link is not valid",
        "Nothing was changed. It may have been cut on its way: open it again from the message itself.",
    ),
    Situation.MISSING: (
        "There is no such page",
        "Nothing was changed. It was closed long ago and is not kept any more.",
    ),
    Situation.NOT_SHOWN: (
        "Cannot be shown now",
        "Nothing was changed, and others are still being notified. Load it again in a moment.",
    ),
}


def lasts(view: View) -> str:
    if view.lasts_until is None:
        return "Nobody else is notified."
    return f"Nobody else is notified until {moment(view.lasts_until, view)}. If it is still open then, it comes back."


def moment(instant: datetime, view: View) -> str:
    """The time, with the day where it is not today."""
    today = local(view.now, view.timezone).date() == local(instant, view.timezone).date()
    return clock(instant, view.timezone) if today else date_and_clock(instant, view.timezone)


def name(given: Given | None) -> str:
    return cut(clean(given.name), NAME_CHARS_MAX) if given and clean(given.name) else "Somebody"


def when(given: Given | None, view: View) -> str:
    return f" {ago(given.at, view.now)}" if given else ""
