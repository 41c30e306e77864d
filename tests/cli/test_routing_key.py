import hashlib
import re

from click.testing import CliRunner

from infra.cli.main import main


def test_a_key_and_its_digest() -> None:
    made = set()
    for _ in range(3):
        output = CliRunner().invoke(main, ["routing-key"]).output
        [key] = re.findall(r": +([A-Za-z0-9]{32})\n", output)
        assert f'routing_keys: ["sha256:{hashlib.sha256(key.encode()).hexdigest()}"]\n' in output
        made.add(key)
    assert len(made) == 3
