"""Where the tests stand: this checkout, a region, and the table as template.yaml describes it."""

from functools import cache
from pathlib import Path
from typing import Any

import boto3
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parent.parent
REGION = "eu-central-1"


@cache
def table_properties() -> dict[str, Any]:
    """The table's properties as template.yaml has them, less what moto's create_table does not take."""
    template: Any = cfn_yaml.load(str(ROOT / "template.yaml"))
    properties = dict(template["Resources"]["Table"]["Properties"])
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: properties[name] for name in wanted}


def create_table() -> str:
    """Create the table in the emulated AWS of this process; returns its name."""
    boto3.client("dynamodb").create_table(TableName="callout", **table_properties())
    return "callout"
