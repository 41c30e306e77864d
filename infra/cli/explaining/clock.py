"""Instants as the reader's clock shows them, with the day where it is not the page's."""

from datetime import UTC, datetime


class Clock:
    def __init__(self, utc: bool, day_of: datetime) -> None:
        self._zone = UTC if utc else None
        self._day = self._local(day_of).date()

    def __call__(self, at: datetime) -> str:
        """ "03:05:00 CET", "Sun 22 Nov 03:05:00 CET" on another day than the page's first."""
        return " ".join(filter(None, [self.day(at), self.time(at)]))

    def time(self, at: datetime) -> str:
        return f"{self._local(at):%H:%M:%S %Z}"

    def day(self, at: datetime) -> str:
        """ "" on the page's first."""
        there = self._local(at).date()
        if there == self._day:
            return ""
        return f"{there:%a} {there.day} {there:%b}" if there.year == self._day.year else f"{there:%Y-%m-%d}"

    def short(self, at: datetime) -> str:
        """Without the zone, for columns."""
        there = self._local(at)
        return f"{self.day(at).partition(' ')[2] or self.day(at)} {there:%H:%M:%S}".strip()

    def whole(self, at: datetime) -> str:
        return f"{self._local(at):%Y-%m-%d %H:%M:%S %Z}"

    def _local(self, at: datetime) -> datetime:
        try:
            return at.astimezone(self._zone)
        except (OverflowError, ValueError):
            return at.astimezone(UTC)
