"""Who stands in for whom: a chain of alternates has to end somewhere."""

from collections.abc import Iterator

from infra.cli.description import tree as look
from infra.cli.description.problem import Finding, shown
from infra.cli.description.yaml_tree import Tree

Edges = dict[str, list[tuple[int, str]]]


def alternates(tree: Tree) -> Iterator[Finding]:
    """Naming oneself, and circles; each circle is named once, where it is closed."""
    edges = {str(path[1]): list(look.texts(each.get("alternates"))) for path, each in look.entries(tree, "responders")}
    for name, named in edges.items():
        for index, other in named:
            if other == name:
                text = "nobody can stand in for themselves"
                yield Finding(("responders", name, "alternates", index), text, "name somebody else")
    yield from _circles(edges)


def _circles(edges: Edges) -> Iterator[Finding]:
    done: set[str] = set()
    for start in edges:
        yield from _walk(start, edges, done)


def _walk(start: str, edges: Edges, done: set[str]) -> Iterator[Finding]:
    """Down every chain from here, with a stack of its own: a chain may be as long as the list of responders."""
    if start in done:
        return
    chain, waiting = [start], [iter(edges[start])]
    done.add(start)
    while chain:
        index, other = next(waiting[-1], (0, ""))
        if not other:
            chain.pop()
            waiting.pop()
        elif other in chain and other != chain[-1]:
            circle = " -> ".join(map(shown, [*chain[chain.index(other) :], other]))
            text = f"{circle} is a circle: while all of them are away nobody is asked"
            yield Finding(("responders", chain[-1], "alternates", index), text, "let one of them name somebody else")
        elif other in edges and other not in done:
            done.add(other)
            chain.append(other)
            waiting.append(iter(edges[other]))
