"""What template.yaml may say and the local stack does not honour, each with its reason. The only such list.

Whatever is neither in SERVED nor in INERT is refused by name when the stack starts, so that nobody takes a
property for tried because the template was accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.template import TemplateRefused, Translated

# Resource attributes beside Properties: all of them speak about CloudFormation's own life cycle.
ATTRIBUTES = frozenset({"Type", "Properties", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"})

SERVED: dict[str, frozenset[str]] = {
    "AWS::ApiGatewayV2::Api": frozenset({"Body"}),
    "AWS::ApiGatewayV2::Stage": frozenset({"ApiId", "StageName"}),
    "AWS::DynamoDB::Table": frozenset(
        {"TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}
    ),
    "AWS::Events::Rule": frozenset({"ScheduleExpression", "State", "Targets", "Description"}),
    "AWS::IAM::Role": frozenset({"ManagedPolicyArns", "Policies"}),
    "AWS::Lambda::Function": frozenset(
        {"Code", "FunctionName", "Handler", "Environment", "Role", "Timeout", "ReservedConcurrentExecutions"}
    ),
    "AWS::SQS::Queue": frozenset(),  # roles name it
    "AWS::StepFunctions::StateMachine": frozenset(
        {"DefinitionString", "DefinitionSubstitutions", "RoleArn", "StateMachineName"}
    ),
}


@dataclass(frozen=True, slots=True)
class Inert:
    resource_type: str
    property: str  # "" means the resource as a whole
    reason: str
    # moto is told nevertheless, because it asks for it or shows it to whoever describes the resource.
    told: bool = False


INERT: tuple[Inert, ...] = (
    Inert("AWS::ApiGatewayV2::Api", "Description", "only words"),
    Inert("AWS::ApiGatewayV2::Api", "FailOnWarnings", "concerns API Gateway's import of the routes"),
    Inert("AWS::ApiGatewayV2::Api", "Name", "the front door has one API and needs no name"),
    Inert("AWS::ApiGatewayV2::Stage", "AccessLogSettings", "no access log is written"),
    Inert("AWS::ApiGatewayV2::Stage", "AutoDeploy", "there is nothing to deploy to"),
    Inert("AWS::ApiGatewayV2::Stage", "DefaultRouteSettings", "nothing is throttled"),
    Inert("AWS::ApiGatewayV2::Stage", "Description", "only words"),
    Inert("AWS::ApiGatewayV2::Stage", "RouteSettings", "nothing is throttled"),
    Inert("AWS::ApiGatewayV2::Stage", "Tags", "tags are for bills and searches"),
    Inert("AWS::CloudWatch::Alarm", "", "no alarms are evaluated: metrics are only lines in the log"),
    Inert("AWS::CloudWatch::Dashboard", "", "there are no metrics to draw"),
    Inert("AWS::DynamoDB::Table", "BillingMode", "nothing is billed and no capacity runs out", told=True),
    Inert("AWS::DynamoDB::Table", "DeletionProtectionEnabled", "the table ends with the process"),
    Inert("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification", "the table is in memory: nothing is backed up"),
    Inert("AWS::DynamoDB::Table", "SSESpecification", "the table is in memory: nothing is encrypted"),
    Inert("AWS::DynamoDB::Table", "TableClass", "nothing is billed"),
    Inert("AWS::DynamoDB::Table", "Tags", "tags are for bills and searches"),
    Inert("AWS::DynamoDB::Table", "TimeToLiveSpecification", "items past their time stay"),
    Inert(
        "AWS::IAM::Role", "AssumeRolePolicyDocument", "a handler's key names its function and so its role", told=True
    ),
    Inert("AWS::IAM::Role", "Description", "only words"),
    Inert("AWS::IAM::Role", "Tags", "tags are for bills and searches"),
    Inert("AWS::Lambda::EventInvokeConfig", "", "a scheduled event is given once, and not again if it fails"),
    Inert("AWS::Lambda::Function", "Architectures", "handlers run on this machine's processor"),
    Inert("AWS::Lambda::Function", "Description", "only words", told=True),
    Inert("AWS::Lambda::Function", "EphemeralStorage", "temporary files are this machine's"),
    Inert("AWS::Lambda::Function", "Layers", "packages come from the Python that runs the stack"),
    Inert("AWS::Lambda::Function", "LoggingConfig", "log lines are kept in memory: /_local/logs"),
    Inert("AWS::Lambda::Function", "MemorySize", "told to the handler, but not enforced", told=True),
    Inert("AWS::Lambda::Function", "Runtime", "handlers run on the Python that runs the stack", told=True),
    Inert("AWS::Lambda::Function", "Tags", "tags are for bills and searches"),
    Inert("AWS::Lambda::Function", "TracingConfig", "nothing is traced"),
    Inert("AWS::Lambda::LayerPermission", "", "packages come from the Python that runs the stack"),
    Inert("AWS::Lambda::LayerVersion", "", "packages come from the Python that runs the stack"),
    Inert("AWS::Lambda::Permission", "", "nobody is kept from invoking a function"),
    Inert("AWS::Logs::LogGroup", "", "log lines are kept in memory: /_local/logs"),
    Inert("AWS::Logs::MetricFilter", "", "metrics are only lines in the log"),
    Inert("AWS::Logs::SubscriptionFilter", "", "SNS logs nothing about texts here: invoke Receipts with such lines"),
    Inert("AWS::SES::ConfigurationSet", "", "mails go out whatever set they name"),
    Inert("AWS::SES::ConfigurationSetEventDestination", "", "SES tells nothing: invoke Receipts with such an event"),
    Inert("AWS::SNS::Subscription", "", "nothing is published to topics"),
    Inert("AWS::SNS::Topic", "", "nothing is published to topics"),
    Inert("AWS::SNS::TopicPolicy", "", "nothing is published to topics"),
    Inert("AWS::SQS::Queue", "MessageRetentionPeriod", "every event is delivered: no letter is dead"),
    Inert("AWS::SQS::Queue", "SqsManagedSseEnabled", "every event is delivered: no letter is dead"),
    Inert("AWS::SQS::QueuePolicy", "", "every event is delivered: no letter is dead"),
    Inert("AWS::StepFunctions::StateMachine", "LoggingConfiguration", "executions keep their history, and log nothing"),
    Inert("AWS::StepFunctions::StateMachine", "StateMachineType", "every machine runs as STANDARD"),
    Inert("AWS::StepFunctions::StateMachine", "Tags", "tags are for bills and searches"),
    Inert("AWS::StepFunctions::StateMachine", "TracingConfiguration", "nothing is traced"),
)
_BY_NAME = {(row.resource_type, row.property): row for row in INERT}
CREATED = frozenset(SERVED) - {"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"}


@dataclass(frozen=True, slots=True)
class Said:
    """One row for the reader: what the template says here, and why it does nothing."""

    where: str
    what: str
    reason: str


def inert(template: Translated) -> list[Said]:
    """Everything in this template that does nothing locally. Refuses what is on neither list."""
    rows = []
    for name, resource in template.document["Resources"].items():
        rows += _resource_rows(name, resource)
    rows += [Said(name, "Outputs", "it names what is not made here") for name in _outputs_of_nothing(template)]
    return sorted(rows, key=lambda row: (row.what, row.where))


def _resource_rows(name: str, resource: Mapping[str, Any]) -> list[Said]:
    resource_type = str(resource["Type"])
    if whole := _BY_NAME.get((resource_type, "")):
        return [Said(name, resource_type, whole.reason)]
    if resource_type not in SERVED:
        raise TemplateRefused(_refusal(f'{resource_type} "{name}"'))
    for attribute in resource:
        if attribute not in ATTRIBUTES:
            raise TemplateRefused(_refusal(f'{attribute} of {resource_type} "{name}"'))
    rows = []
    for key in resource.get("Properties") or {}:
        if row := _BY_NAME.get((resource_type, key)):
            rows.append(Said(name, f"{resource_type}.{key}", row.reason))
        elif key not in SERVED[resource_type]:
            raise TemplateRefused(_refusal(f'{key} of {resource_type} "{name}"'))
    return rows


def _refusal(what: str) -> str:
    return (
        f"template.yaml: {what} is neither served locally nor listed as inert; "
        "add it to infra/local/inert.py with a reason"
    )


def without_inert(template: Translated) -> dict[str, Any]:
    """The part of the template that moto's CloudFormation creates."""
    resources = {
        name: {
            "Type": resource["Type"],
            "Properties": {
                key: value
                for key, value in resource.get("Properties", {}).items()
                if (row := _BY_NAME.get((resource["Type"], key))) is None or row.told
            },
        }
        for name, resource in template.document["Resources"].items()
        if resource["Type"] in CREATED
    }
    left = _outputs_of_nothing(template)
    outputs = {name: each for name, each in template.document.get("Outputs", {}).items() if name not in left}
    return {**template.document, "Resources": resources, "Outputs": outputs}


def _outputs_of_nothing(template: Translated) -> set[str]:
    """The outputs that are the name of a resource which moto does not create: it would refuse the whole stack."""
    missing = {name for name, each in template.document["Resources"].items() if each["Type"] not in CREATED}
    outputs = template.document.get("Outputs", {}).items()
    return {name for name, each in outputs if each["Value"] in [{"Ref": resource} for resource in missing]}
