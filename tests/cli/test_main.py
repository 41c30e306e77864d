import subprocess
import sys

HEAVY = {"boto3", "botocore", "pydantic", "ruamel", "rich", "phonenumbers", "email_validator", "moto", "callout"}


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from infra.cli.main import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    *help_lines, modules = result.stdout.splitlines()
    assert any(line.strip().startswith("check ") for line in help_lines)
    assert HEAVY & set(modules.split()) == set()
