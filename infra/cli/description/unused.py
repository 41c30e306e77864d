"""What nobody uses."""

from collections.abc import Iterator
from typing import Final

from infra.cli.description import tree as look
from infra.cli.description.problem import Finding
from infra.cli.description.references import Reference
from infra.cli.description.yaml_tree import Tree

_SAID: Final = {
    "policies": "no service uses it",
    "responders": "no tier notifies it",
    "schedules": "no tier notifies it",
    "teams": "no tier notifies it",
    "holidays": "nothing names it",
}


def unused(tree: Tree, references: list[Reference]) -> Iterator[Finding]:
    used = {(section, reference.id) for reference in references for section in reference.sections}
    for section, said in _SAID.items():
        for name in look.section(tree, section):
            if (section, name) not in used:
                yield Finding((section, name), said, "use it, or take it out", "warning")
