"""The house's own rules as tests: style, types, the direction of imports, who may read clock and environment."""

import ast
import configparser
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from itertools import permutations
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
TOOLS = Path(sys.executable).parent
FUNCTION_FILES = sorted(FUNCTIONS.glob("*.py"))
CONTRACT_FILE = configparser.ConfigParser()
CONTRACT_FILE.read(ROOT / ".importlinter")
CONTRACTS = [name.rpartition(":")[2] for name in CONTRACT_FILE.sections() if ":contract:" in name]

TOP_LEVEL = {"pyproject.toml", "README.md", "template.yaml", "functions", "infra", "tests"}
LINES_MAX = 80
"""A function file shows all that it does on one screen."""
FUNCTION_FILES_KNOW = {"runtime", "paging", "watching", "formats", "receipts", "web", "domain"}
BANNED = {
    "os.environ": "only callout.runtime reads the environment",
    "os.getenv": "only callout.runtime reads the environment",
    "time": "only callout.runtime reads the clock; take `now` as a parameter",
    "datetime.datetime.now": "only callout.runtime reads the clock; take `now` as a parameter",
    "datetime.datetime.utcnow": "only callout.runtime reads the clock; take `now` as a parameter",
    "datetime.datetime.today": "only callout.runtime reads the clock; take `now` as a parameter",
    "datetime.date.today": "only callout.runtime reads the clock; take `now` as a parameter",
}
RANDOM = {"random", "secrets", "uuid"}


def run(tool: str, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """One of the tools beside this Python, in the repository's root, wherever the tests were started."""
    return subprocess.run(
        [str(TOOLS / tool), *arguments],
        cwd=ROOT,
        input=text,
        stdin=None if text is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": f"{FUNCTIONS}{os.pathsep}{ROOT}"},
    )


def assert_clean(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, f"{' '.join(done.args)}\n{done.stdout}{done.stderr}"


def test_ruff_finds_nothing() -> None:
    assert_clean(run("ruff", "check", "."))


def test_ruff_would_format_nothing() -> None:
    assert_clean(run("ruff", "format", "--check", "."))


def test_mypy_finds_nothing() -> None:
    assert_clean(run("mypy", "functions", "infra"))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_import_contract(contract: str) -> None:
    assert_clean(run("lint-imports", "--no-cache", "--no-logo", "--contract", contract))


def banned_in(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    api = ", ".join(f"{json.dumps(name)} = {{ msg = {json.dumps(reason)} }}" for name, reason in BANNED.items())
    setting = f"lint.flake8-tidy-imports.banned-api = {{ {api} }}"
    return run("ruff", "check", "--isolated", "--select", "TID251", "--config", setting, *arguments, text=text)


def test_only_runtime_reads_clock_and_environment() -> None:
    assert_clean(banned_in("--exclude", "functions/callout/runtime.py", "functions"))
    assert banned_in("functions/callout/runtime.py").returncode == 1, "the rule would not see it"


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.environ['TABLE']",
        "from os import getenv; getenv('TABLE')",
        "from time import monotonic",
        "import datetime; datetime.datetime.now()",
        "from datetime import datetime as moment; moment.now()",
    ],
)
def test_reading_clock_or_environment_is_found(line: str) -> None:
    assert "TID251" in banned_in("-", text=line + "\n").stdout


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(module: str) -> str:
    return module.partition(".")[0]


def test_the_domain_needs_only_the_standard_library() -> None:
    for file in (FUNCTIONS / "callout/domain").rglob("*.py"):
        foreign = {
            name
            for name in imported_by(file)
            if not name.startswith("callout.domain") and top(name) not in sys.stdlib_module_names
        }
        assert foreign == set(), file


def test_the_domain_is_never_random() -> None:
    for file in (FUNCTIONS / "callout/domain").rglob("*.py"):
        assert RANDOM.isdisjoint(map(top, imported_by(file))), file


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("callout", cache_dir=None)


def members(package: str, known_to: str) -> set[str]:
    return {
        module
        for module in graph().find_modules_directly_imported_by(known_to)
        if module.startswith(f"{package}.") and module != known_to
    }


@pytest.mark.parametrize(
    ("package", "known_to"),
    [("callout.formats", "callout.formats.registry"), ("callout.channels", "callout.runtime")],
)
def test_formats_and_channels_do_not_know_each_other(package: str, known_to: str) -> None:
    found = members(package, known_to)
    assert len(found) > 1
    chains = [graph().find_shortest_chain(*pair) for pair in permutations(sorted(found), 2)]
    assert [chain for chain in chains if chain] == []


def test_nobody_imports_a_function_file() -> None:
    names = {file.stem for file in FUNCTION_FILES}
    for folder in (FUNCTIONS, ROOT / "infra"):
        for file in folder.rglob("*.py"):
            assert names.isdisjoint(map(top, imported_by(file))), file


@pytest.mark.parametrize("file", FUNCTION_FILES, ids=lambda file: file.stem)
def test_a_function_file_is_thin(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) < LINES_MAX
    own = [name.split(".")[1] for name in imported_by(file) if top(name) == "callout"]
    assert set(own) <= FUNCTION_FILES_KNOW


def test_the_top_level_holds_these_and_nothing_else() -> None:
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()]
    seen = {
        each.name
        for each in ROOT.iterdir()
        if not each.name.startswith(".") and not any(fnmatch(each.name, pattern) for pattern in ignored)
    }
    assert seen == TOP_LEVEL
