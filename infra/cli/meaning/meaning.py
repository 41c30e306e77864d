"""What a change of the description would mean: who is on call instead of whom from when, and who is paged otherwise.

Sentences for whoever must decide; the items behind them are in differences.py.
"""

from datetime import datetime

from callout.domain.oncall import OnCall
from infra.cli.meaning.absences import absences
from infra.cli.meaning.schedules import schedules
from infra.cli.meaning.services import services
from infra.cli.meaning.words import Sentence


def meaning(before: OnCall, after: OnCall, start: datetime, end: datetime) -> list[Sentence]:
    """Of the time between the two instants, what is loud first."""
    found = [*schedules(before, after, start, end), *absences(before, after, start), *services(before, after, start)]
    return sorted(dict.fromkeys(found), key=lambda sentence: not sentence.loud)
