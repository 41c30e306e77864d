from pathlib import Path

import pytest

from infra.local.inert import INERT, SERVED, Said, inert, without_inert
from infra.local.template import TemplateRefused, Translated, translate

ROOT = Path(__file__).parents[2]
FIXTURE = Path(__file__).with_name("fixtures") / "template.yaml"
PARAMETERS = {"EmailFrom": "callout@example.com"}


def one(resource_type: str, **properties: object) -> Translated:
    return Translated({"Resources": {"Foo": {"Type": resource_type, "Properties": properties}}}, {})


def test_an_unknown_resource_is_refused_by_name() -> None:
    with pytest.raises(TemplateRefused) as refused:
        inert(one("AWS::Kinesis::Stream"))
    assert str(refused.value) == (
        'template.yaml: AWS::Kinesis::Stream "Foo" is neither served locally nor listed as inert; '
        "add it to infra/local/inert.py with a reason"
    )


def test_an_unknown_property_of_a_served_resource_is_refused_by_name() -> None:
    with pytest.raises(TemplateRefused, match=r'StreamSpecification of AWS::DynamoDB::Table "Foo" is neither'):
        inert(one("AWS::DynamoDB::Table", KeySchema=[], StreamSpecification={}))


def test_an_unknown_attribute_of_a_resource_is_refused_by_name() -> None:
    template = Translated({"Resources": {"Foo": {"Type": "AWS::Events::Rule", "Condition": "Sometimes"}}}, {})
    with pytest.raises(TemplateRefused, match=r'Condition of AWS::Events::Rule "Foo"'):
        inert(template)


def test_what_does_nothing_is_told_with_its_reason() -> None:
    rows = inert(one("AWS::DynamoDB::Table", KeySchema=[], SSESpecification={}))
    assert rows == [
        Said("Foo", "AWS::DynamoDB::Table.SSESpecification", "the table is in memory: nothing is encrypted")
    ]


def test_moto_is_not_told_what_is_inert() -> None:
    properties = without_inert(one("AWS::DynamoDB::Table", KeySchema=[], SSESpecification={}))["Resources"]["Foo"]
    assert properties["Properties"] == {"KeySchema": []}


def test_an_output_that_names_what_is_not_made_is_left_out_and_said() -> None:
    template = one("AWS::SNS::Topic")
    template.document["Outputs"] = {"Topic": {"Value": {"Ref": "Foo"}}, "Sender": {"Value": {"Ref": "EmailFrom"}}}
    assert without_inert(template)["Outputs"] == {"Sender": {"Value": {"Ref": "EmailFrom"}}}
    assert Said("Topic", "Outputs", "it names what is not made here") in inert(template)


def test_the_list_contradicts_neither_itself_nor_what_is_served() -> None:
    names = [(row.resource_type, row.property) for row in INERT]
    assert len(names) == len(set(names))
    assert names == sorted(names)
    assert all(row.reason for row in INERT)
    assert not [name for name in names if name[1] in SERVED.get(name[0], ())]
    assert not [name for name in names if not name[1] and name[0] in SERVED]


@pytest.mark.parametrize("path", [ROOT / "template.yaml", FIXTURE], ids=["template.yaml", "fixture"])
def test_everything_the_template_says_is_on_one_of_the_lists(path: Path) -> None:
    assert inert(translate(path, PARAMETERS))
