"""What the page behind an answer link says of the state that a problem is in."""

from collections.abc import Sequence
from datetime import datetime

from callout.domain.local_time import ago, clock, date_and_clock, local
from callout.domain.text import clean, cut
from callout.web.view import Given, Situation, View

NAME_CHARS_MAX = 40
NAMES_SHOWN_MAX = 3


def words(view: View) -> tuple[str, str]:
    """The state as one reads it at arm's length, and what it means."""
    match view.situation:
        case Situation.OPEN:
            return _open(view)
        case Situation.COUNTED:
            waiting = f"Waiting for {_awaited(view)}."
            return "You answered", f"{waiting} Each of you must answer; until then it goes on to others."
        case Situation.MINE:
            return "You have it", lasts(view)
        case Situation.THEIRS:
            if view.problem and view.problem.summary:
                return "In a summary", f"Page {view.problem.summary} speaks for it, now that the maintenance is over."
            first = view.answers[0] if view.answers else None
            return f"{name(first)} has it", f"{name(first)} answered{when(first, view)}. {lasts(view)}"
        case Situation.RESOLVED:
            return "Resolved", f"Closed by {name(view.closed)}{when(view.closed, view)}. Nobody is notified any more."
        case Situation.NOT_RECORDED:
            return "NOT recorded", f"{_NOT_RECORDED} {'Tap again.' if view.nonce else 'Go back and tap again.'}"
    return TROUBLE[view.situation]


def _open(view: View) -> tuple[str, str]:
    problem = view.problem
    if problem and problem.held_until:
        until = moment(problem.held_until, view)
        return f"Held until {until}", f"Maintenance {clean(problem.held_by)}: nobody is notified before."
    if view.must or view.awaited:
        return _each_must(view)
    given = _given(view)
    if problem and problem.exhausted:
        words = "Not everybody answered" if given else "Nobody answered"
        return words, f"{given}Everybody has been notified. Acknowledge, and it is yours."
    if given:
        return "Not everybody answered", f"{given}Others who had to did not. {_YOURS}"
    return "Not answered", _YOURS


def _each_must(view: View) -> tuple[str, str]:
    """In a tier in which each must answer. Never that nobody else is notified: that takes all of them."""
    given, others = _given(view), _awaited(view)
    if not view.must:
        word = f"Waiting for {others}" if given else "Not answered"
        return word, f"{given}{others} must answer; acknowledge, and it is yours instead."
    yours = f"You must answer{' as well' if given else ''}{f', and so must {others}' if others else ''}."
    return ("Waiting for you" if given else "Not answered"), f"{given}{yours}"


def _given(view: View) -> str:
    """Who has answered already: "Ada and you answered. " """
    if len(view.answers) == 1 and view.mine is None:
        return f"{name(view.answers[0])} answered{when(view.answers[0], view)}. "
    people = [*map(name, view.answers), *(["you"] if view.mine else [])]
    said = f"{listed(people)} answered. "
    return said[0].upper() + said[1:] if people else ""


def _awaited(view: View) -> str:
    return listed([cut(clean(who), NAME_CHARS_MAX) for who in view.awaited])


def listed(names: Sequence[str]) -> str:
    """ "Ada, Grace and Linus", "Ada, Grace, Linus and 2 others" """
    more = len(names) - NAMES_SHOWN_MAX
    shown = [*names[:NAMES_SHOWN_MAX], *([f"{more} other{'s' if more > 1 else ''}"] if more > 0 else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


_YOURS = "Acknowledge, and nobody else is notified while you are at it."

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
