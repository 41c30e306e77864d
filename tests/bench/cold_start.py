"""What a cold start costs: each function, as `sam build` packs it, in a fresh interpreter against the floor.

The floor is boto3 with one DynamoDB client, which no function can do without. Run it with the tests' environment:

    python tests/bench/cold_start.py [--sam PATH] [--python PATH] [--runs 15]

A fresh Python 3.13 imports the handler's module: paths, environment and order are those of Lambda (the function, the
layer, then the runtime's own boto3, compiled when it was installed). No call leaves the machine: clients are made, not
used. All cases take turns, so that a noisy minute hits them alike; use the ratios, not the milliseconds. The second
table shows the same packages without the bytecode that functions/Makefile puts into them.
"""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
BOUND = 1.5
BOUNDED = {"Intake", "Step", "Acknowledge"}
"""Somebody waits for these; the watchdog has a minute."""
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
FLOOR = "import boto3; boto3.client('dynamodb')"
PYTHON_PATHS = ("python3.13", *map(str, sorted(Path.home().glob(".pyenv/versions/3.13*/bin/python3.13"))))


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    code: str
    paths: tuple[Path, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    wall_ms: float
    cpu_ms: float


def main() -> None:
    arguments = parsed()
    python = lambda_python(arguments.python)
    sam = shutil.which(arguments.sam) or sys.exit(f"needs SAM: there is no {arguments.sam!r}; name it with --sam")
    with tempfile.TemporaryDirectory(prefix="cold-start-") as folder:
        with_bytecode, without, runtime = (Path(folder) / name for name in ("with", "without", "runtime"))
        build(sam, python, with_bytecode)
        install_boto3(python, runtime)
        shutil.copytree(with_bytecode, without, ignore=shutil.ignore_patterns("__pycache__"))
        for package in (with_bytecode, without, runtime):
            writable(package, False)
        try:
            print(f"{platform.machine()}, {version(python)}, {arguments.runs} runs each, the median counts\n")
            table("as shipped", measure(python, cases(with_bytecode, runtime), arguments.runs))
            table("the same without bytecode", measure(python, cases(without, runtime), arguments.runs), bounded=False)
        finally:  # or the folder could not be emptied
            for package in (with_bytecode, without, runtime):
                writable(package, True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sam", default="sam", help="the sam command, best from an environment of its own")
    parser.add_argument("--python", help="Python 3.13; looked for on the PATH and in ~/.pyenv when not named")
    parser.add_argument("--runs", type=int, default=15)
    return parser.parse_args()


def lambda_python(named: str | None) -> str:
    for candidate in (named,) if named else PYTHON_PATHS:
        found = shutil.which(candidate)
        if found and version(found).startswith("Python 3.13."):
            return found
    sys.exit(f"needs Python 3.13, which Lambda runs: {named or 'none found'} is not; name it with --python")


def version(python: str) -> str:
    return subprocess.run([python, "-V"], capture_output=True, text=True).stdout.strip()


def build(sam: str, python: str, folder: Path) -> None:
    print("sam build ...", flush=True)
    architecture = f"Architecture={ARCHITECTURES[platform.machine()]}"
    command = [sam, "build", "--build-dir", str(folder), "--parameter-overrides", architecture]
    environment = os.environ | {"PYTHON": python, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-central-1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nsam build failed")


def install_boto3(python: str, folder: Path) -> None:
    """Lambda's runtime brings boto3 with its bytecode; pip compiles what it installs."""
    print("installing boto3 as the runtime has it ...\n", flush=True)
    quietly = ("--quiet", "--root-user-action", "ignore", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quietly, "--target", str(folder), "boto3"], check=True)


def writable(folder: Path, allowed: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o200 if allowed else mode & ~0o222)


def cases(package: Path, runtime: Path) -> list[Case]:
    # As root, nothing keeps Python from writing bytecode into a folder without write permission.
    bare = {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "PYTHONDONTWRITEBYTECODE": "1"}
    bare |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    layer = package / "Dependencies/python"
    return [
        Case("bare interpreter", "", (), bare),
        Case("floor", FLOOR, (runtime,), bare),
        *(
            Case(name, f"import {module}", (package / name, layer, runtime), bare | environment)
            for name, module, environment in functions(package / "template.yaml")
        ),
    ]


def functions(template: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Of each function its name, its module, and its environment; what only AWS knows is made up."""
    document: dict[str, Any] = yaml_parse(template.read_text(encoding="utf-8"))
    everywhere = document["Globals"]["Function"]["Environment"]["Variables"]
    for name, described in document["Resources"].items():
        if described["Type"] == "AWS::Serverless::Function":
            properties = described["Properties"]
            variables = everywhere | properties["Environment"]["Variables"]
            known = {key: value if isinstance(value, str) else "made-up" for key, value in variables.items()}
            yield name, properties["Handler"].rpartition(".")[0], known


def measure(python: str, every: list[Case], runs: int) -> dict[str, list[Start]]:
    taken: dict[str, list[Start]] = {case.name: [] for case in every}
    for run in range(runs + 1):
        for case in every:
            start = once(python, case)
            if run:  # the first round fills the disk's cache
                taken[case.name].append(start)
    return taken


def once(python: str, case: Case) -> Start:
    environment = {**case.environment, "PYTHONPATH": os.pathsep.join(map(str, case.paths))}
    used, began = processor_ms(), time.perf_counter()
    done = subprocess.run([python, "-sP", "-c", case.code], env=environment, cwd="/", capture_output=True, text=True)
    start = Start((time.perf_counter() - began) * 1000, processor_ms() - used)
    if done.returncode:
        sys.exit(f"{case.name} does not start:\n{done.stderr}")
    return start


def processor_ms() -> float:
    """What the processes that have ended took of the processor, which tells less of the machine's other work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def table(title: str, taken: Mapping[str, list[Start]], bounded: bool = True) -> None:
    print(f"{title:<26}{'wall ms':>9}{'fastest':>9}{'of floor':>10}{'cpu ms':>9}{'of floor':>10}   bound {BOUND}")
    for name, starts in taken.items():
        wall = [start.wall_ms for start in starts]
        cpu = [start.cpu_ms for start in starts]
        wall_ratio = against(wall, [start.wall_ms for start in taken["floor"]])
        cpu_ratio = against(cpu, [start.cpu_ms for start in taken["floor"]])
        verdict = ("within" if wall_ratio <= BOUND else "OVER") if bounded and name in BOUNDED else ""
        figures = f"{median(wall):>9.0f}{min(wall):>9.0f}{wall_ratio:>10.2f}{median(cpu):>9.0f}{cpu_ratio:>10.2f}"
        print(f"  {name:<24}{figures}   {verdict}".rstrip())
    print()


def against(taken: Sequence[float], floor: Sequence[float]) -> float:
    """Round by round, because a slow round is slow for both."""
    return median(own / least for own, least in zip(taken, floor, strict=True))


if __name__ == "__main__":
    main()
