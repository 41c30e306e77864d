"""Every format there is. A new one is its own file, a line here, and a folder under tests/formats/examples."""

from callout.formats import Format
from callout.formats.alertmanager import Alertmanager
from callout.formats.generic import Generic
from callout.formats.pagerduty import PagerDuty

_ALL: tuple[Format, ...] = (
    Alertmanager(),
    Generic(),
    PagerDuty(),
)

FORMATS = {each.name: each for each in _ALL}
