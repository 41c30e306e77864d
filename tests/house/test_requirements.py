"""functions/requirements.txt pins what pyproject says ships to Lambda, and nothing else."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FROM_THE_RUNTIME = {"boto3"}
# What boto3 brings with it, certifi where it happens to be installed.
BOTO3 = {"boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
# What each function loads before its first event, besides boto3: every one of them is paid for at each cold start.
# A step loads Jinja2 when it makes its first mail; whoever opens a link should not wait for it.
ALWAYS = {"aws_lambda_powertools", "gsm0338", "msgspec", "typing_extensions"}
LOADED = {
    "intake": ALWAYS,
    "step": ALWAYS,
    "acknowledge": ALWAYS | {"jinja2", "markupsafe"},
    "watch": ALWAYS,
    "receipts": ALWAYS,
    "probe": ALWAYS,
    "feed": ALWAYS | {"icalendar"},
}
LOAD = """
import importlib, sys
importlib.import_module(sys.argv[1])
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(*{name.partition(".")[0] for name, file in files.items() if "site-packages" in file})
"""
# What decides a marker: Python and system of the runtime, and no extra.
LAMBDA = {"python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "extra": ""}


def pins() -> dict[str, str]:
    """Each pinned package with everything that follows its name: version and hashes."""
    text = (ROOT / "functions/requirements.txt").read_text(encoding="utf-8")
    without_comments = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    entries = without_comments.replace("\\\n", " ").split("\n")
    named = [entry.split("==", 1) for entry in entries if entry.strip()]
    assert all(len(parts) == 2 for parts in named), "something is not pinned with =="
    return {canonicalize_name(name): rest for name, rest in named}


def shipped() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = [Requirement(line) for line in project["dependencies"]]
    return [each for each in direct if canonicalize_name(each.name) not in FROM_THE_RUNTIME]


def needed(by: list[Requirement]) -> list[Requirement]:
    """These and what they need in turn, as the installed packages declare it."""
    found, waiting = [], list(by)
    while waiting:
        requirement = waiting.pop()
        found.append(requirement)
        for line in requires(requirement.name) or []:
            behind = Requirement(line)
            if behind.marker is None or behind.marker.evaluate(LAMBDA):
                waiting.append(behind)
    return found


def test_exactly_what_ships_is_pinned() -> None:
    assert set(pins()) == {canonicalize_name(each.name) for each in needed(shipped())}


def test_every_pin_satisfies_whoever_requires_it() -> None:
    versions = {name: rest.split()[0] for name, rest in pins().items()}
    required = {str(each): (each.specifier, versions.get(canonicalize_name(each.name))) for each in needed(shipped())}
    assert [line for line, (allowed, version) in required.items() if version and version not in allowed] == []


def test_every_pin_has_hashes() -> None:
    for name, rest in pins().items():
        version, *hashes = rest.split()
        assert re.fullmatch(r"[0-9][\w.]*", version), name
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), name


def test_no_index_is_named() -> None:
    text = (ROOT / "functions/requirements.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


def imports(tree: ast.AST) -> Iterator[str]:
    """The packages that are imported when the code runs, so without those that only the type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        yield from imports(node)


def test_what_the_functions_import_ships() -> None:
    functions = ROOT / "functions"
    own = {"callout", *(file.stem for file in functions.glob("*.py"))}
    ships = {*pins(), *FROM_THE_RUNTIME, "botocore"}
    provided = packages_distributions()
    for file in functions.rglob("*.py"):
        foreign = set(imports(ast.parse(file.read_text(encoding="utf-8")))) - own - sys.stdlib_module_names
        for name in foreign:
            assert ships.intersection(map(canonicalize_name, provided[name])), f"{name} in {file.name} does not ship"


@pytest.mark.parametrize("function", LOADED)
def test_each_function_loads_exactly_these(function: str) -> None:
    paths = [str(ROOT / "functions"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    environment = {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        **dict.fromkeys(("TABLE", "MACHINE_ARN", "BASE_URL", "EMAIL_FROM", "SMS_SENDER_ID"), "made-up"),
    }
    # Without site, which would load what other packages hook into every start.
    command = [sys.executable, "-S", "-c", LOAD, function]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) - BOTO3 == LOADED[function]


def test_every_function_is_looked_at() -> None:
    assert set(LOADED) == {file.stem for file in (ROOT / "functions").glob("*.py")}
