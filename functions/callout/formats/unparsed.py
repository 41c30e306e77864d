"""What becomes of an authenticated request that nobody can read: it pages all the same."""

from collections.abc import Sequence
from dataclasses import replace

from callout.domain.alert import TITLE_CHARS_MAX, Action, Alert, Severity
from callout.formats import Delivery
from callout.formats.text import block, line, short_hash

BODY_CHARS_SHOWN = 2_000
PROBLEMS_SHOWN = 20


def unparsed(delivery: Delivery, problems: Sequence[str], format_name: str) -> Alert:
    """One page per service and format: a sender that keeps sending rubbish adds to it."""
    shown = [line(problem) for problem in problems[:PROBLEMS_SHOWN]]
    return Alert(
        action=Action.TRIGGER,
        key=f"unparsed:{format_name}",
        sender=f"{format_name} webhook",
        title=line(f"Unreadable alert from {format_name} webhook: {'; '.join(shown)}", TITLE_CHARS_MAX),
        severity=Severity.ERROR,
        # Four bytes is the longest character: no need to decode megabytes to show two thousand of them.
        # A different body may be a different problem: it is news on the same page.
        members=(short_hash(delivery.body.decode("utf-8", "replace")),),
        details={
            "problems": "\n".join(shown),
            "body": block(delivery.body[: 4 * BODY_CHARS_SHOWN].decode("utf-8", "replace"), BODY_CHARS_SHOWN),
        },
        unparsed=True,
    )


def half_read(alert: Alert, problems: Sequence[str]) -> Alert:
    """An alert that names its problem, though other fields could not be understood: a page of its own, marked."""
    shown = "\n".join(line(problem) for problem in problems[:PROBLEMS_SHOWN])
    title = alert.title or line(alert.key, TITLE_CHARS_MAX)
    return replace(alert, title=title, unparsed=True, details={"problems": shown, **alert.details})
