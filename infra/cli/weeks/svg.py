"""A calendar as SVG. Nothing in it comes from elsewhere, and it follows its reader's light or dark setting."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from callout.domain.text import clean
from infra.cli.weeks.drawing import Drawing
from infra.cli.weeks.people import Faces
from infra.cli.weeks.weeks import Month

if TYPE_CHECKING:
    from jinja2 import Template


def render(month: Month, faces: Faces) -> str:
    drawing = Drawing(month, faces)
    drawing.draw()
    return _template().render(drawing=drawing, title=clean(month.schedule.name))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("calendar.svg")
