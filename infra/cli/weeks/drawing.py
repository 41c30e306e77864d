"""Where everything of a calendar's picture goes: below each week's final row, thin rows of what each layer alone would
say, so that one sees why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from callout.domain.schedule import Override, Shift
from callout.domain.text import clean, cut
from infra.cli.weeks import words as words
from infra.cli.weeks.people import Face, Faces, stranger
from infra.cli.weeks.weeks import DAY_HOURS, NOBODY, WEEK_DAYS, Bar, Lane, Month, Week, bar

MARGIN = 24
GUTTER_MIN, GUTTER_MAX = 80, 250
"""Beside the weeks, for the layers' names."""
DAY_WIDTH = 140
TOP = 112
"""Title, period and the names of the weekdays."""
DATE_HEIGHT = 24
TIMES_HEIGHT = 14
LANE_HEIGHT = 26
THIN_HEIGHT = 15
ROW_GAP = 3
WEEK_GAP = 18
LINE_HEIGHT = 20
TIME_WIDTH = 32
GUTTER_FONT, BAR_FONT, THIN_FONT, LEGEND_FONT = 12, 13, 10.5, 13
EM, BOLD_EM = 0.6, 0.69
"""How wide a character is at most on average, of its font's size; an East Asian one counts twice."""
PADDING = 5
SWATCH = 34
LEGEND_NAME_CHARS_MAX = 60
BAR_WIDTH_MIN = 2.0
"""So that nothing is too short to be seen."""
CUT_CELLS_MIN = 4
SATURDAY = 5
FINAL, BY_HAND = "On call", "by hand"
PALE = "Layers: where one is pale, another above it says otherwise."


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    kind: str
    """A class of the style sheet: person, thin, beaten, gap, change; or what a day's column is."""
    colour: str = ""
    words: str = ""
    tooltip: str = ""
    font: float = 0


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    kind: str
    text: str
    tooltip: str = ""


class Drawing:
    """Filled from top to bottom; `y` is where the next thing goes."""

    def __init__(self, month: Month, faces: Faces) -> None:
        self.month, self.faces = month, faces
        self.timezone = month.schedule.timezone
        self.columns: list[Box] = []
        self.boxes: list[Box] = []
        self.labels: list[Label] = []
        self.layered = len(month.schedule.layers) > 1 or bool(month.schedule.overrides)
        self.left = MARGIN + self.gutter_width()
        self.y: float = TOP

    @property
    def width(self) -> float:
        return self.x(WEEK_DAYS) + MARGIN

    @property
    def height(self) -> float:
        return self.y + MARGIN

    def x(self, days: float) -> float:
        return self.left + days * DAY_WIDTH

    def gutter_width(self) -> float:
        names = [layer.name for layer in self.month.schedule.layers] if self.layered else []
        longest = max(map(cell_len, names), default=0) * EM * GUTTER_FONT + 2 * PADDING
        return min(GUTTER_MAX, max(GUTTER_MIN, longest))

    def draw(self) -> None:
        self.label(MARGIN, 44, "title", f"Who is on call: {clean(self.month.schedule.name)}")
        self.label(MARGIN, 68, "quiet", words.period(self.month))
        for number, day in enumerate(self.month.weeks[0].days):
            self.label(self.x(number) + PADDING, TOP - 10, "weekday", f"{day.date:%A}")
        for week in self.month.weeks:
            self.week(week)
        self.legend()
        self.remarks("warning", words.clock_changes(self.month))
        if self.month.gaps:
            gaps = ["  ".join(part.strip() for part in gap) for gap in words.gaps(self.month)]
            self.remarks("alarm", [words.gaps_heading(self.month), *gaps])

    def label(self, x: float, y: float, kind: str, text: str, tooltip: str = "") -> None:
        self.labels.append(Label(x, y, kind, text, tooltip))

    def week(self, week: Week) -> None:
        top = self.y
        self.dates(week)
        self.times(week)
        self.gutter("final", FINAL, LANE_HEIGHT)
        for lane in week.lanes:
            self.lane(lane, LANE_HEIGHT, BAR_FONT)
        if self.layered:
            self.layers(week)
        self.paint_columns(week, top)
        self.y += WEEK_GAP

    def dates(self, week: Week) -> None:
        for number, day in enumerate(week.days):
            text = words.short_day(day.date) if number == 0 or day.date.day == 1 else str(day.date.day)
            self.label(self.x(number) + PADDING, self.y + 17, "date", text)
            if day.hours != DAY_HOURS:
                self.label(self.x(number + 1) - PADDING, self.y + 17, "hours", f"{words.hours(day.hours)} h")
        self.y += DATE_HEIGHT

    def times(self, week: Week) -> None:
        """Where there is room for them: a crowd of handoffs keeps its times in the tooltips."""
        edge = 0.0
        for each in sorted((each for lane in week.lanes for each in lane if each.begins), key=lambda each: each.left):
            x = min(self.x(each.left), self.x(WEEK_DAYS) - TIME_WIDTH)
            if x >= edge:
                kind = "time" if each.who else "time alarm"
                self.label(x, self.y + 10, kind, words.clock(each.start, self.timezone))
                edge = x + TIME_WIDTH + PADDING
        self.y += TIMES_HEIGHT

    def gutter(self, kind: str, text: str, height: float) -> None:
        room = self.left - MARGIN - PADDING
        shown = cut(text, round(room / (EM * GUTTER_FONT)), cell_len)
        self.label(MARGIN, self.y + height / 2 + 4, kind, shown, text if shown != text else "")

    def lane(self, lane: Lane, height: float, font: float) -> None:
        self.boxes.extend(self.person(each, height, font) for each in lane)
        self.y += height + ROW_GAP

    def layers(self, week: Week) -> None:
        for row in week.layers:
            self.gutter("layer", clean(row.name), THIN_HEIGHT)
            for lane in row.lanes or ((),):
                self.lane(lane, THIN_HEIGHT, THIN_FONT)
        if week.overrides:
            self.gutter("layer", BY_HAND, THIN_HEIGHT)
        for changes in _beside_each_other(week.overrides):
            self.boxes.extend(self.change(each, week) for each in changes)
            self.y += THIN_HEIGHT + ROW_GAP

    def person(self, each: Bar, height: float, font: float) -> Box:
        face = self.faces.get(each.who) or stranger(each.who)
        bold = font == BAR_FONT
        x, width = self.extent(each)
        cells = round((width - 2 * PADDING) / ((BOLD_EM if bold else EM) * font))
        said = words.fitting(face.words if each.who else ("nobody", "!"), cells, cell_len)
        return Box(x, self.y, width, height, _kind(each, bold), _colour(face, each), said, self.tooltip(each), font)

    def extent(self, each: Bar) -> tuple[float, float]:
        return self.x(each.left), max((each.right - each.left) * DAY_WIDTH - 1, BAR_WIDTH_MIN)

    def tooltip(self, each: Bar) -> str:
        shift = Shift(each.start, each.end, (each.who,) if each.who else ())
        said = words.tooltip(shift, self.faces, self.timezone)
        return f"{said}; a later layer says otherwise" if each.beaten else said

    def change(self, change: Override, week: Week) -> Box:
        said = words.override(change, self.faces)
        x, width = self.extent(
            bar(Shift(max(change.start, week.start), min(change.end, week.end), (NOBODY,)), week.days)
        )
        cells = round((width - 2 * PADDING) / (EM * THIN_FONT))
        shown = cut(said, cells, cell_len) if cells >= CUT_CELLS_MIN else ""
        tooltip = f"{said}: {' '.join(words.span(change.start, change.end, self.timezone))}"
        return Box(x, self.y, width, THIN_HEIGHT, "change", "", shown, tooltip, THIN_FONT)

    def paint_columns(self, week: Week, top: float) -> None:
        for number, day in enumerate(week.days):
            kind = "weekend" if day.date.weekday() >= SATURDAY else "day"
            kind = "changed" if day.hours != DAY_HOURS else kind
            self.columns.append(Box(self.x(number), top, DAY_WIDTH, self.y - top, kind))

    def legend(self) -> None:
        x = float(MARGIN)
        hours = self.month.seconds()
        for face in self.faces.values():
            name = f"{cut(face.name, LEGEND_NAME_CHARS_MAX, cell_len)}  {round(hours.get(face.id, 0) / 3600)} h"
            width = SWATCH + cell_len(name) * LEGEND_FONT * EM + 5 * PADDING
            if x > MARGIN and x + width > self.width - MARGIN:
                x, self.y = float(MARGIN), self.y + LINE_HEIGHT + 6
            self.boxes.append(Box(x, self.y, SWATCH, LINE_HEIGHT, "person", face.colour, face.mark, "", LEGEND_FONT))
            self.label(x + SWATCH + PADDING, self.y + 15, "name", name, face.name)
            x += width
        self.y += LINE_HEIGHT + WEEK_GAP
        if len(self.month.schedule.layers) > 1:
            self.remarks("note", [PALE])

    def remarks(self, kind: str, lines: Iterable[str]) -> None:
        for line in lines:
            self.label(MARGIN, self.y + 10, kind, line)
            self.y += LINE_HEIGHT
        self.y += PADDING


def _kind(each: Bar, final: bool) -> str:
    if each.who == NOBODY:
        return "gap"
    return f"person{'' if final else ' thin'}{' beaten' if each.beaten else ''}"


def _colour(face: Face, each: Bar) -> str:
    return face.colour if each.who else ""


def _beside_each_other(changes: Sequence[Override]) -> list[list[Override]]:
    """Those that overlap go below each other."""
    rows: list[list[Override]] = []
    for change in sorted(changes, key=lambda change: change.start):
        row = next((row for row in rows if row[-1].end <= change.start), None)
        if row is None:
            row = []
            rows.append(row)
        row.append(change)
    return rows
