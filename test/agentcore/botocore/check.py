"""Tests the emulator with boto3, which shares no code with the SDK for JavaScript that the emulator uses.

Standard input: {"endpoint": url, "tables": [constraint tables], "members": {structure: [member]},
"requests": [requests of the project's client of Agent Registry]}.
Prints the number of checks, and exits with 1 on the first failure.
"""

import base64
import io
import json
import re
import sys
import time
import urllib.parse
import uuid

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib3.response import HTTPResponse

settings = json.load(sys.stdin)
options = {
    "endpoint_url": settings["endpoint"],
    "region_name": "us-east-1",
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "example",
    "config": Config(parameter_validation=False, retries={"total_max_attempts": 1}),
}
control = boto3.client("bedrock-agentcore-control", **options)
data = boto3.client("bedrock-agentcore", **options)
registry_control = boto3.client("agent-registry-control", **options)
called = set()
ROLE = "arn:aws:iam::123456789012:role/gateway"
# A target may need a person's consent only on a gateway whose callers present a token.
JWT_AUTHORIZER = {
    "authorizerType": "CUSTOM_JWT",
    "authorizerConfiguration": {"customJWTAuthorizer": {
        "discoveryUrl": "https://login.example.com/.well-known/openid-configuration", "allowedClients": ["agents"],
    }},
}
HAS_TARGETS = "has targets associated with it. Delete all targets before deleting the gateway."
IMAGE = {"containerConfiguration": {"containerUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:v1"}}


def call(operation, client=control, **parameters):
    called.add((client, operation))
    return getattr(client, operation)(**parameters)


def expect_error(code, operation, client=control, text="", **parameters):
    try:
        call(operation, client, **parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert text in error.response["Error"]["Message"], error.response
        return error.response
    raise AssertionError(f"{operation} was accepted; expected {code}")


def wait_for_status(operation, expected, client=control, **parameters):
    # Ten minutes of the emulator, after which a link expires, are six seconds.
    for _ in range(1000):
        response = call(operation, client, **parameters)
        status = response.get("harness", response.get("endpoint", response.get("memory", response)))["status"]
        if status == expected:
            return response
        time.sleep(0.02)
    raise AssertionError(f"{operation} never returned the status {expected}; the status is {status}")


def wait_until_gone(operation, client=control, **parameters):
    for _ in range(1000):
        try:
            call(operation, client, **parameters)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceNotFoundException", error.response
            return
        time.sleep(0.02)
    raise AssertionError(f"{operation} still finds {parameters}")


def gateways_and_targets():
    gateway = call("create_gateway", name="payments", roleArn=ROLE, **JWT_AUTHORIZER, tags={"team": "a b/c"})
    ids = {"gatewayIdentifier": gateway["gatewayId"]}
    arn = gateway["gatewayArn"]
    assert gateway["createdAt"].tzinfo is not None
    wait_for_status("get_gateway", "READY", **ids)
    call("update_gateway", name="payments", roleArn=ROLE, **JWT_AUTHORIZER, **ids)
    wait_for_status("get_gateway", "READY", **ids)
    call("tag_resource", resourceArn=arn, tags={"stage": "x"})
    call("untag_resource", resourceArn=arn, tagKeys=["team", "other"])
    assert call("list_tags_for_resource", resourceArn=arn)["tags"] == {"stage": "x"}
    provider = call(
        "create_oauth2_credential_provider",
        name="github",
        credentialProviderVendor="GithubOauth2",
        oauth2ProviderConfigInput={"githubOauth2ProviderConfig": {"clientId": "abc", "clientSecret": "hush"}},
    )
    server = {"mcp": {"mcpServer": {"endpoint": "https://mcp.example.com/mcp"}}}
    created = [
        call("create_gateway_target", name=f"issues{number}", targetConfiguration=server, **ids)["targetId"]
        for number in range(5)
    ]
    for target in created:
        wait_for_status("get_gateway_target", "READY", targetId=target, **ids)
    pages = control.get_paginator("list_gateway_targets").paginate(PaginationConfig={"PageSize": 2}, **ids)
    called.add((control, "list_gateway_targets"))
    listed = [item["targetId"] for page in pages for item in page["items"]]
    assert sorted(listed) == sorted(created), listed
    before = call("get_gateway_target", targetId=created[0], **ids)["lastSynchronizedAt"]
    call("synchronize_gateway_targets", targetIdList=[created[0]], **ids)
    assert wait_for_status("get_gateway_target", "READY", targetId=created[0], **ids)["lastSynchronizedAt"] > before
    user_credentials = [{
        "credentialProviderType": "OAUTH",
        "credentialProvider": {"oauthCredentialProvider": {
            "providerArn": provider["credentialProviderArn"], "scopes": ["repo"], "grantType": "AUTHORIZATION_CODE",
        }},
    }]
    pending = call(
        "update_gateway_target", targetId=created[1], targetConfiguration=server,
        credentialProviderConfigurations=user_credentials, **ids,
    )
    assert pending["status"] == "UPDATE_PENDING_AUTH"
    expect_error(
        "ConflictException", "delete_gateway_target", targetId=created[1], **ids,
        text="DeleteGatewayTarget can't be performed on target when it is in Update_Pending_Auth state",
    )
    expect_error(
        "AccessDeniedException", "complete_resource_token_auth", data,
        userIdentifier={"userId": pending["authorizationData"]["oauth2"]["userId"]},
        sessionUri="urn:ietf:params:oauth:request_uri:unknown", text="Invalid or expired session",
    )
    call("delete_gateway_target", targetId=created[2], **ids)
    expect_error("ValidationException", "delete_gateway", text=HAS_TARGETS, **ids)
    response = expect_error("ValidationException", "create_gateway", name="-", roleArn=ROLE, authorizerType="AWS_IAM")
    assert response["reason"] == "FieldValidationFailed", response
    assert [field["name"] for field in response["fieldList"]] == ["name"], response
    other = call("create_gateway", name="other", roleArn=ROLE, authorizerType="NONE")["gatewayId"]
    wait_for_status("get_gateway", "READY", gatewayIdentifier=other)
    assert {item["name"] for item in call("list_gateways")["items"]} == {"payments", "other"}
    call("delete_gateway", gatewayIdentifier=other)
    call("list_oauth2_credential_providers", maxResults=20)
    assert "hush" not in str(call("get_oauth2_credential_provider", name="github"))
    call(
        "update_oauth2_credential_provider", name="github", credentialProviderVendor="GithubOauth2",
        oauth2ProviderConfigInput={"githubOauth2ProviderConfig": {"clientId": "def", "clientSecret": "hush"}},
    )
    call("delete_oauth2_credential_provider", name="github")
    arn = call("create_api_key_credential_provider", name="ledger", apiKey="hush", tags={"team": "a"})["credentialProviderArn"]
    assert call("list_tags_for_resource", resourceArn=arn)["tags"] == {"team": "a"}
    call("update_api_key_credential_provider", name="ledger", apiKey="hush")
    shown = call("get_api_key_credential_provider", name="ledger")
    assert "hush" not in str(shown) and "!default/apikey/" in shown["apiKeySecretArn"]["secretArn"], shown
    assert [item["name"] for item in call("list_api_key_credential_providers")["credentialProviders"]] == ["ledger"]
    call("delete_api_key_credential_provider", name="ledger")


def targets_as_seen_on_accounts():
    """The main facts of test/agentcore/facts, for a client that reads absent members as absent."""
    plain = call("create_gateway", name="plain", roleArn=ROLE, authorizerType="AWS_IAM")
    ids = {"gatewayIdentifier": plain["gatewayId"]}
    assert plain["gatewayUrl"].endswith(".amazonaws.com") and "protocolType" not in plain, plain
    server = {"mcp": {"mcpServer": {"endpoint": "https://mcp.example.com/mcp"}}}
    expect_error(
        "ValidationException", "create_gateway_target", targetConfiguration=server, **ids,
        text="Cannot perform operation CreateGatewayTarget when gateway is in CREATING status",
    )
    wait_for_status("get_gateway", "READY", **ids)
    target = {"targetId": call("create_gateway_target", name="a", targetConfiguration=server, **ids)["targetId"], **ids}
    ready = wait_for_status("get_gateway_target", "READY", **target)
    assert "credentialProviderConfigurations" not in ready and "protocolType" not in ready, ready
    call("synchronize_gateway_targets", targetIdList=[target["targetId"]], **ids)
    assert call("delete_gateway_target", **target)["status"] == "DELETING"
    provider = call(
        "create_oauth2_credential_provider", name="login", credentialProviderVendor="GithubOauth2",
        oauth2ProviderConfigInput={"githubOauth2ProviderConfig": {"clientId": "abc", "clientSecret": "hush"}},
    )
    assert uuid.UUID(provider["callbackUrl"].rsplit("/", 1)[1]).version == 4, provider
    for_a_person = {"targetConfiguration": server, "credentialProviderConfigurations": [{
        "credentialProviderType": "OAUTH",
        "credentialProvider": {"oauthCredentialProvider": {
            "providerArn": provider["credentialProviderArn"], "scopes": ["repo"], "grantType": "AUTHORIZATION_CODE",
        }},
    }]}
    expect_error(
        "ValidationException", "create_gateway_target", name="b", **for_a_person, **ids,
        text="3LO Auth is not supported when gateway authorizer type is AWS_IAM",
    )
    jwt = {"gatewayIdentifier": call("create_gateway", name="jwt", roleArn=ROLE, **JWT_AUTHORIZER)["gatewayId"]}
    wait_for_status("get_gateway", "READY", **jwt)
    tool_list = {"mcp": {"mcpServer": {**server["mcp"]["mcpServer"], "mcpToolSchema": {"inlinePayload": "[]"}}}}
    expect_error(
        "ValidationException", "create_gateway_target", **{**for_a_person, "targetConfiguration": tool_list}, **jwt,
        text="mcpToolSchema must be an object with 'tools' array",
    )
    pending = call("create_gateway_target", name="c", **for_a_person, **jwt)
    identity = {"name": jwt["gatewayIdentifier"]}
    assert "allowedResourceOauth2ReturnUrls" not in call("get_workload_identity", **identity)
    call("update_workload_identity", allowedResourceOauth2ReturnUrls=["https://example.com/return"], **identity)
    link = pending["authorizationData"]["oauth2"]
    assert link["userId"].startswith(f"{jwt['gatewayIdentifier']}_{pending['targetId']}_"), link
    session = urllib.parse.parse_qs(urllib.parse.urlsplit(link["authorizationUrl"]).query)["request_uri"][0]
    expect_error(
        "AccessDeniedException", "complete_resource_token_auth", data, sessionUri=session,
        userIdentifier={"userId": link["userId"]}, text="Invalid or expired session",
    )
    lapsed = wait_for_status("get_gateway_target", "FAILED", targetId=pending["targetId"], **jwt)
    assert lapsed["statusReasons"][0].startswith("OAuth User_Federation authorization timed out."), lapsed
    renewed = call("synchronize_gateway_targets", targetIdList=[pending["targetId"]], **jwt)["targets"][0]
    assert renewed["status"] == "SYNCHRONIZE_PENDING_AUTH", renewed
    assert renewed["authorizationData"]["oauth2"]["userId"] != link["userId"], renewed


def runtimes_and_harnesses():
    runtime = {"agentRuntimeId": call(
        "create_agent_runtime", agentRuntimeName="agent", agentRuntimeArtifact=IMAGE, roleArn=ROLE,
        networkConfiguration={"networkMode": "PUBLIC"},
    )["agentRuntimeId"]}
    wait_for_status("get_agent_runtime", "READY", **runtime)
    call("update_agent_runtime", agentRuntimeArtifact=IMAGE, roleArn=ROLE, networkConfiguration={"networkMode": "PUBLIC"}, **runtime)
    assert call("get_agent_runtime", agentRuntimeVersion="1", **runtime)["status"] == "READY"
    wait_for_status("get_agent_runtime", "READY", **runtime)
    assert call("get_agent_runtime", agentRuntimeVersion="1", **runtime)["agentRuntimeVersion"] == "1"
    assert len(call("list_agent_runtime_versions", **runtime)["agentRuntimes"]) == 2
    assert len(call("list_agent_runtimes", maxResults=10)["agentRuntimes"]) == 1
    filled_in = call("get_agent_runtime", **runtime)
    assert filled_in["metadataConfiguration"] == {"requireMMDSV2": True}, filled_in
    identity = filled_in["workloadIdentityDetails"]["workloadIdentityArn"]
    assert identity.endswith("/" + runtime["agentRuntimeId"]), identity
    named = {"endpointName": "production", **runtime}
    call("create_agent_runtime_endpoint", name="production", agentRuntimeVersion="1", **runtime)
    assert wait_for_status("get_agent_runtime_endpoint", "READY", **named)["liveVersion"] == "1"
    assert call("update_agent_runtime_endpoint", agentRuntimeVersion="2", **named)["targetVersion"] == "2"
    assert wait_for_status("get_agent_runtime_endpoint", "READY", **named)["liveVersion"] == "2"
    endpoints = call("list_agent_runtime_endpoints", **runtime)["runtimeEndpoints"]
    assert sorted(item["name"] for item in endpoints) == ["DEFAULT", "production"], endpoints
    call("delete_agent_runtime_endpoint", **named)
    wait_until_gone("get_agent_runtime_endpoint", **named)
    call("delete_agent_runtime", **runtime)
    created = call("create_harness", harnessName="harness", executionRoleArn=ROLE)["harness"]
    environment = created["environment"]["agentCoreRuntimeEnvironment"]
    assert environment["agentRuntimeName"] == "harness_harness", environment
    assert "agentRuntimeId" not in environment and "agentRuntimeArn" not in environment, environment
    harness = {"harnessId": created["harnessId"]}
    ready = wait_for_status("get_harness", "READY", **harness)["harness"]
    assert (ready["maxIterations"], ready["timeoutSeconds"]) == (75, 3600), ready
    assert ":memory/" in ready["memory"]["managedMemoryConfiguration"]["arn"], ready
    own = ready["environment"]["agentCoreRuntimeEnvironment"]["agentRuntimeId"]
    assert own in [item["agentRuntimeId"] for item in call("list_agent_runtimes")["agentRuntimes"]]
    assert wait_for_status("get_agent_runtime", "READY", agentRuntimeId=own)["agentRuntimeName"] == "harness_harness"
    patched = call("update_harness", allowedTools=["fetch"], memory={"optionalValue": {"disabled": {}}}, **harness)
    assert patched["harness"]["allowedTools"] == ["fetch"]
    wait_for_status("get_harness", "READY", **harness)
    assert "memory" not in call("update_harness", memory={}, **harness)["harness"]
    wait_for_status("get_harness", "READY", **harness)
    assert len(call("list_harness_versions", **harness)["harnessVersions"]) == 3
    assert len(call("list_harnesses")["harnesses"]) == 1
    named = {"endpointName": "stable", **harness}
    call("create_harness_endpoint", targetVersion="1", **named)
    assert wait_for_status("get_harness_endpoint", "READY", **named)["endpoint"]["liveVersion"] == "1"
    call("update_harness_endpoint", targetVersion="2", **named)
    assert wait_for_status("get_harness_endpoint", "READY", **named)["endpoint"]["liveVersion"] == "2"
    assert len(call("list_harness_endpoints", **harness)["endpoints"]) == 2
    call("delete_harness_endpoint", **named)
    wait_until_gone("get_harness_endpoint", **named)
    call("delete_harness", **harness)


def registries_and_records():
    registry = {"registryId": call("create_registry", name="tools/internal", description="tools")["registryArn"]}
    assert wait_for_status("get_registry", "READY", **registry)["authorizerType"] == "AWS_IAM"
    assert "description" not in call("update_registry", description={}, **registry)
    wait_for_status("get_registry", "READY", **registry)
    assert len(call("list_registries", status="READY")["registries"]) == 1
    record = {**registry, "recordId": call(
        "create_registry_record", name="server", descriptorType="MCP",
        descriptors={"mcp": {"server": {"inlineContent": "{}"}}}, **registry,
    )["recordArn"]}
    wait_for_status("get_registry_record", "DRAFT", **record)
    call("update_registry_record", name="renamed", **record)
    wait_for_status("get_registry_record", "DRAFT", **record)
    assert call("submit_registry_record_for_approval", **record)["status"] == "PENDING_APPROVAL"
    approved = call("update_registry_record_status", status="APPROVED", statusReason="fine", **record)
    assert approved["status"] == "APPROVED"
    assert len(call("list_registry_records", status="APPROVED", **registry)["registryRecords"]) == 1
    expect_error("ConflictException", "delete_registry", **registry)
    call("delete_registry_record", **record)
    for _ in range(200):
        if not call("list_registry_records", **registry)["registryRecords"]:
            break
        time.sleep(0.02)
    call("delete_registry", **registry)


def agent_registry():
    """Registries and records of Agent Registry, which share names and paths with those above."""
    in_registry = {"client": registry_control}
    arn = call("create_registry", **in_registry, name="tools", description="tools", tags={"team": "a b"})["registryArn"]
    registry = {"registryId": arn}
    ready = wait_for_status("get_registry", "READY", **in_registry, **registry)
    assert ready["discoveryConfiguration"] == {"authorizerType": "AWS_IAM"}, ready
    assert "description" not in call("update_registry", **in_registry, description={}, **registry)
    wait_for_status("get_registry", "READY", **in_registry, **registry)
    call("tag_resource", **in_registry, resourceArn=arn, tags={"stage": "x"})
    call("untag_resource", **in_registry, resourceArn=arn, tagKeys=["team"])
    assert call("list_tags_for_resource", **in_registry, resourceArn=arn)["tags"] == {"stage": "x"}
    listed = call("list_registries", **in_registry, filters=[{"name": "status", "values": ["READY"]}])["registries"]
    assert [item["registryArn"] for item in listed] == [arn], listed
    record = {**registry, "recordId": call(
        "create_registry_record", **in_registry, name="server", recordType="MCP",
        descriptors={"mcpServer": {"data": "{}"}}, customMetadata={"internal": True}, **registry,
    )["recordArn"]}
    wait_for_status("get_registry_record", "DRAFT", **in_registry, **record)
    call("update_registry_record", **in_registry, displayName={"optionalValue": "Server"}, **record)
    renamed = wait_for_status("get_registry_record", "DRAFT", **in_registry, **record)
    assert renamed["displayName"] == "Server" and renamed["customMetadata"] == {"internal": True}, renamed
    submitted = call("submit_registry_record_for_approval", **in_registry, **record)
    assert submitted["status"] == "PENDING_APPROVAL", submitted
    approved = call("update_registry_record_status", **in_registry, status="APPROVED", statusReason="fine", **record)
    assert approved["status"] == "APPROVED" and approved["updatedAt"].tzinfo is not None, approved
    pages = registry_control.get_paginator("list_registry_records").paginate(
        filters=[{"name": "recordType", "values": ["MCP"]}], PaginationConfig={"PageSize": 1}, **registry,
    )
    called.add((registry_control, "list_registry_records"))
    assert [item["status"] for page in pages for item in page["registryRecords"]] == ["APPROVED"]
    provider = call(
        "create_oauth2_credential_provider", name="skills", credentialProviderVendor="GithubOauth2",
        oauth2ProviderConfigInput={"githubOauth2ProviderConfig": {"clientId": "abc", "clientSecret": "hush"}},
    )["credentialProviderArn"]
    source = {"fromUrl": {"url": "https://github.com/acme/skills/tree/main/refunds", "credentialProviderConfigurations": [{
        "credentialProviderType": "OAUTH", "credentialProvider": {"oauthCredentialProvider": {
            "providerArn": provider, "grantType": "AUTHORIZATION_CODE", "returnUrl": "https://example.com/return",
        }},
    }]}}
    skill = {"agentSkillsDefinition": {"additionalData": {"skillMd": {"source": source}, "repositoryProvider": "GITHUB"}}}
    pending = call("create_registry_record", **in_registry, name="refunds", recordType="SKILL", descriptors=skill, **registry)
    link = pending["authorizationData"]["oauth2"]
    assert pending["status"] == "CREATE_PENDING_AUTH" and link["expiresAt"].tzinfo is not None, pending
    waiting = {**registry, "recordId": pending["recordArn"]}
    assert "authorizationData" not in call("get_registry_record", **in_registry, **waiting)
    expect_error("ConflictException", "submit_registry_record_for_approval", registry_control, **waiting)
    lapsed = wait_for_status("get_registry_record", "CREATE_FAILED", **in_registry, **waiting)
    assert "did not authorize" in lapsed["statusReason"], lapsed
    renewed = call("update_registry_record", **in_registry, triggerSynchronization=True, **waiting)
    assert renewed["status"] == "UPDATE_PENDING_AUTH", renewed
    assert renewed["authorizationData"]["oauth2"]["authorizationUrl"] != link["authorizationUrl"], renewed
    call("delete_registry_record", **in_registry, **waiting)
    expect_error("ValidationException", "get_registry", registry_control, registryId="a-b")
    assert call("delete_registry", **in_registry, **registry)["status"] == "DELETING"


def not_emulated():
    response = expect_error("OperationNotEmulatedException", "list_payment_connectors", paymentManagerId="front-0123456789")
    assert "ListPaymentConnectors" in response["Error"]["Message"]
    called.discard((control, "list_payment_connectors"))


FACETS = ("pattern", "min", "max", "enum")


def claim(claim_type, operator, value):
    return {"customJWTAuthorizer": {
        "discoveryUrl": "https://login.example.com/.well-known/openid-configuration",
        "customClaims": [{
            "inboundTokenClaimName": "role", "inboundTokenClaimValueType": claim_type,
            "authorizingClaimMatchValue": {"claimMatchOperator": operator, "claimMatchValue": value},
        }],
    }}


def unreadable_requests():
    """Values that the service's deserializer refuses, and requests that no operation has."""
    expect_error("SerializationException", "list_gateways", maxResults=2**32)
    expect_error("SerializationException", "list_gateways", maxResults=1.5)
    expect_error(
        "SerializationException", "create_harness", text="maxTokens",
        harnessName="large", executionRoleArn=ROLE, maxTokens=2**31,
    )
    expect_error("SerializationException", "create_gateway", name=["a"], roleArn=ROLE, authorizerType="NONE")
    response = expect_error("RequestTooLargeException", "create_registry", name="large", description="x" * 11_000_000)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 413, response


def rules_across_members():
    runtime = {"agentRuntimeName": "long", "agentRuntimeArtifact": IMAGE, "roleArn": ROLE}
    for idle, lifetime in ((900, 28801), (901, 900)):
        expect_error(
            "ValidationException", "create_agent_runtime", text="must be less than or equal to",
            lifecycleConfiguration={"idleRuntimeSessionTimeout": idle, "maxLifetime": lifetime}, **runtime,
        )
        environment = {"lifecycleConfiguration": {"idleRuntimeSessionTimeout": idle, "maxLifetime": lifetime}}
        expect_error(
            "ValidationException", "create_harness", text="must be less than or equal to", harnessName="long",
            executionRoleArn=ROLE, environment={"agentCoreRuntimeEnvironment": environment},
        )
    one, several = {"matchValueString": "admin"}, {"matchValueStringList": ["admin"]}
    for wrong in (("STRING", "CONTAINS", one), ("STRING_ARRAY", "EQUALS", one), ("STRING", "EQUALS", several)):
        expect_error(
            "ValidationException", "create_gateway", name="claims", roleArn=ROLE, authorizerType="CUSTOM_JWT",
            authorizerConfiguration=claim(*wrong),
        )
    gateway = call(
        "create_gateway", name="claims", roleArn=ROLE, authorizerType="CUSTOM_JWT",
        authorizerConfiguration=claim("STRING_ARRAY", "CONTAINS_ANY", several),
    )
    ids = {"gatewayIdentifier": gateway["gatewayId"]}
    wait_for_status("get_gateway", "READY", **ids)
    server = {"mcp": {"mcpServer": {"endpoint": "https://mcp.example.com/mcp"}}}
    key = {"apiKeyCredentialProvider": {"providerArn": "arn:aws:x:y:123456789012:z"}}
    expect_error(
        "ValidationException", "create_gateway_target", targetConfiguration=server,
        credentialProviderConfigurations=[
            {"credentialProviderType": "GATEWAY_IAM_ROLE", "credentialProvider": key},
        ], **ids,
    )
    vpc = {"vpcIdentifier": "vpc-0123456789abcdef0", "subnetIds": ["subnet-0123456789abcdef0"], "endpointIpAddressType": "IPV4"}
    target = {"targetId": call(
        "create_gateway_target", name="private", targetConfiguration=server,
        privateEndpoint={"managedVpcResource": vpc}, **ids,
    )["targetId"]}
    ready = wait_for_status("get_gateway_target", "READY", **ids, **target)
    assert ready["privateEndpointManagedResources"][0]["domain"] == "mcp.example.com", ready
    call("delete_gateway_target", **ids, **target)


def secrets_and_endpoints():
    provider = {"name": "tenant", "credentialProviderVendor": "MicrosoftOauth2"}
    config = lambda **members: {"oauth2ProviderConfigInput": {"microsoftOauth2ProviderConfig": {
        "clientId": "abc", "tenantId": "contoso", **members,
    }}}
    external = {"clientSecretSource": "EXTERNAL", "clientSecretConfig": {"secretId": "mine", "jsonKey": "secret"}}
    created = call("create_oauth2_credential_provider", **provider, **config(**external))
    assert "contoso" in str(created["oauth2ProviderConfigOutput"]), created
    assert created["clientSecretSource"] == "EXTERNAL" and ":secret:mine-" in created["clientSecretArn"]["secretArn"]
    expect_error(
        "ValidationException", "update_oauth2_credential_provider", **provider, **config(clientSecretSource="MANAGED"),
    )
    managed = call("update_oauth2_credential_provider", **provider, **config(clientSecret="hush"))
    assert managed["clientSecretSource"] == "MANAGED" and "clientSecretJsonKey" not in managed, managed
    assert "bedrock-agentcore-identity!default/oauth2/" in managed["clientSecretArn"]["secretArn"], managed
    call("delete_oauth2_credential_provider", name="tenant")


def constraint_of(shape):
    """The constraint of a shape in the service model, in the format of the project's tables."""
    facets = {key: shape.metadata[key] for key in FACETS if key in shape.metadata}
    if facets.get("min") == 0 and shape.type_name in ("string", "list", "map"):
        del facets["min"]
    return facets


def compare_constraints(operations):
    """Compares the model's constraint of every member in the SDK with the project's tables."""
    values = {name: value for table in settings["tables"] for name, value in table["values"].items()}
    members = {name: value for table in settings["tables"] for name, value in table["members"].items()}
    renamed = {"ApiKeyCredentialProvider": "GatewayApiKeyCredentialProvider"}
    compared, differences, seen = 0, [], set()
    prefix = ""

    def compare(where, name, shape):
        """Compares the named constraint with the model's shape, and those of list and map elements."""
        nonlocal compared
        named = values.get(name, {})
        expected = constraint_of(shape)
        compared += len(expected)
        facets = {key: named[key] for key in FACETS if key in named}
        # The SDK's schemas do not tell integers from other numbers, so that the tables do.
        if bool(named.get("integer")) != (shape.type_name == "integer"):
            differences.append(f"{where}: the model says {shape.type_name}, the tables say integer: {named.get('integer')}")
        if facets != expected:
            differences.append(f"{where}: the tables have {facets}, the model has {expected}")
        if shape.type_name == "list":
            compare(f"{where}[]", named.get("element"), shape.member)
        elif shape.type_name == "map":
            compare(f"{where} key", named.get("key"), shape.key)
            compare(f"{where} value", named.get("value"), shape.value)
        visit(shape)

    def visit(shape):
        if shape.type_name != "structure" or prefix + shape.name in seen:
            return
        seen.add(prefix + shape.name)
        structure = prefix + (shape.name if prefix else renamed.get(shape.name, shape.name))
        for name, member in shape.members.items():
            if name in settings["members"].get(structure, []):
                compare(f"{structure}.{name}", members.get(structure, {}).get(name), member)

    for client, name in operations:
        # The tables name the structures of Agent Registry after it: AgentCore has others of the same names.
        prefix = "AgentRegistry." if client is registry_control else ""
        visit(client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name]).input_shape)
    assert not differences, "\n".join(differences)
    return compared


def with_bytes(value):
    """The input with bytes where the JSON has {"$bytes": base64}."""
    if isinstance(value, list):
        return [with_bytes(item) for item in value]
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {key: with_bytes(item) for key, item in value.items()}
    return value


def botocore_request(client, operation, parameters):
    """The request that botocore sends. Nothing is sent."""
    sent = []

    def keep(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 200, {}, HTTPResponse(body=io.BytesIO(b"{}"), preload_content=False))

    event = f"before-send.agent-registry-control.{operation}"
    client.meta.events.register(event, keep)
    try:
        names = {api: method for method, api in client.meta.method_to_api_mapping.items()}
        getattr(client, names[operation])(**parameters)
    finally:
        client.meta.events.unregister(event, keep)
    url = urllib.parse.urlsplit(sent[0].url)
    query = {}
    for name, value in urllib.parse.parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    body = sent[0].body
    authorization = sent[0].headers["Authorization"]
    authorization = authorization.decode() if isinstance(authorization, bytes) else authorization
    return {
        "method": sent[0].method, "path": url.path, "query": query,
        "signingName": re.search(r"/([^/]+)/aws4_request", authorization).group(1),
        "body": json.loads(body) if body else None,
    }


def compare_requests(requests):
    """Compares the requests of the project's client of Agent Registry with botocore's for the same inputs."""
    for request in requests:
        expected = botocore_request(registry_control, request["operation"], with_bytes(request["input"]))
        for part, value in expected.items():
            assert request[part] == value, f"{request['operation']}: {part} is {request[part]}, botocore has {value}"
    return len(requests)


def settled(operation, **ids):
    """Waits until a resource of a generic kind has settled. Returns it."""
    while True:
        resource = call(operation, **ids)
        if resource["status"] not in ("CREATING", "UPDATING"):
            return resource
        time.sleep(0.05)


def gone(operation, **ids):
    while True:
        try:
            call(operation, **ids)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceNotFoundException", error.response
            return
        time.sleep(0.05)


def memories():
    strategy = {"semanticMemoryStrategy": {"name": "facts", "description": "plain"}}
    given = {"name": "front", "eventExpiryDuration": 30, "memoryStrategies": [strategy]}
    ids = {"memoryId": call("create_memory", **given)["memory"]["id"]}
    memory = wait_for_status("get_memory", "ACTIVE", **ids)["memory"]
    [facts] = memory["strategies"]
    assert (facts["name"], facts["type"], facts["status"]) == ("facts", "SEMANTIC", "ACTIVE"), facts
    assert [item["id"] for item in call("list_memories")["memories"]] == [ids["memoryId"]]
    expect_error("ValidationException", "create_memory", text="already exists", **given)
    call("update_memory", **ids, eventExpiryDuration=60, memoryStrategies={
        "addMemoryStrategies": [{"summaryMemoryStrategy": {"name": "summaries"}}],
        "modifyMemoryStrategies": [{"memoryStrategyId": facts["strategyId"], "description": "short"}],
    })
    memory = wait_for_status("get_memory", "ACTIVE", **ids)["memory"]
    assert memory["eventExpiryDuration"] == 60, memory
    assert [(each["name"], each.get("description")) for each in memory["strategies"]] == [
        ("facts", "short"), ("summaries", None),
    ], memory
    call("delete_memory", **ids)
    wait_until_gone("get_memory", **ids)


def generic_kinds():
    """Every operation of the kinds that the emulator has as rows of a table."""
    gateway = call("create_gateway", name="generic", roleArn=ROLE, authorizerType="AWS_IAM")
    in_gateway = {"gatewayIdentifier": gateway["gatewayId"]}
    while call("get_gateway", **in_gateway)["status"] == "CREATING":
        time.sleep(0.05)
    engine = {"policyEngineId": call("create_policy_engine", name="payments")["policyEngineId"]}
    settled("get_policy_engine", **engine)
    permit = {"cedar": {"statement": "permit (principal, action, resource);"}}
    entry = {"dimensions": {"toolName": "*"}, "requests": [{"rate": 5, "period": "second"}]}
    route = [{"routeToTarget": {"staticRoute": {"targetName": "ledger"}}}]
    judge = {"llmAsAJudge": {
        "instructions": "Does it help?",
        "ratingScale": {"categorical": [{"definition": "It helps.", "label": "good"}]},
        "modelConfig": {"bedrockEvaluatorModelConfig": {"modelId": "anthropic.claude-sonnet-4-6"}},
    }}
    evaluation = {
        "onlineEvaluationConfigName": "nightly", "rule": {"samplingConfig": {"samplingPercentage": 10}},
        "dataSourceConfig": {"cloudWatchLogs": {"logGroupNames": ["/agents"], "serviceNames": ["agent.DEFAULT"]}},
        "evaluators": [{"evaluatorId": "Builtin.Helpfulness"}],
        "evaluationExecutionRoleArn": ROLE, "enableOnCreate": True,
    }
    public = {"networkConfiguration": {"networkMode": "PUBLIC"}}
    # The nouns of the operations, what the kind is in, the member with its id, its List, its input and its change.
    kinds = [
        ("policy", "policies", engine, "policyId", "policies", {"name": "readers", "definition": permit},
         {"enforcementMode": "LOG_ONLY"}),
        ("gateway_rule", "gateway_rules", in_gateway, "ruleId", "gatewayRules", {"priority": 10, "actions": route},
         {"priority": 20}),
        ("gateway_rate_limit", "gateway_rate_limits", in_gateway, "rateLimitId", "rateLimits",
         {"dimensionKeys": ["toolName"], "entries": [entry]}, {"description": "slow", "entries": [entry]}),
        ("browser", "browsers", {}, "browserId", "browserSummaries", {"name": "reader", **public}, None),
        ("browser_profile", "browser_profiles", {}, "profileId", "profileSummaries", {"name": "reader"}, None),
        ("code_interpreter", "code_interpreters", {}, "codeInterpreterId", "codeInterpreterSummaries",
         {"name": "python", **public}, None),
        ("evaluator", "evaluators", {}, "evaluatorId", "evaluators",
         {"evaluatorName": "helpful", "level": "TRACE", "evaluatorConfig": judge}, {"description": "kind"}),
        ("online_evaluation_config", "online_evaluation_configs", {}, "onlineEvaluationConfigId",
         "onlineEvaluationConfigs", evaluation, {"executionStatus": "DISABLED"}),
    ]
    for one, many, parent, id_member, list_member, given, change in kinds:
        ids = {**parent, id_member: call(f"create_{one}", **parent, **given)[id_member]}
        assert settled(f"get_{one}", **ids)["status"] in ("ACTIVE", "READY"), ids
        assert [item[id_member] for item in call(f"list_{many}", **parent)[list_member]] == [ids[id_member]], ids
        if change:
            call(f"update_{one}", **ids, **change)
            changed = settled(f"get_{one}", **ids)
            assert {name: changed[name] for name in change} == change, changed
        call(f"delete_{one}", **ids)
        gone(f"get_{one}", **ids)
    call("update_policy_engine", **engine, description={"optionalValue": "money"})
    assert settled("get_policy_engine", **engine)["description"] == "money"
    assert [each["name"] for each in call("list_policy_engines")["policyEngines"]] == ["payments"]
    call("delete_policy_engine", **engine)
    put = call("batch_put_gateway_rate_limits", **in_gateway, rateLimits=[
        {"dimensionKeys": ["toolName"], "entries": [entry]},
    ])
    assert put["rateLimits"][0]["entries"] == [entry], put
    resource = {"resourceArn": gateway["gatewayArn"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    call("put_resource_policy", **resource, policy=policy)
    assert call("get_resource_policy", **resource)["policy"] == policy
    call("delete_resource_policy", **resource)
    key = {"keyType": "CustomerManagedKey",
           "kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"}
    call("set_token_vault_cmk", kmsConfiguration=key)
    assert call("get_token_vault")["kmsConfiguration"] == key
    call("create_workload_identity", name="own-agent")
    assert [each["name"] for each in call("list_workload_identities")["workloadIdentities"]] == ["own-agent"]
    call("delete_workload_identity", name="own-agent")


compared_requests = compare_requests(settings["requests"])
gateways_and_targets()
targets_as_seen_on_accounts()
runtimes_and_harnesses()
registries_and_records()
agent_registry()
generic_kinds()
memories()
unreadable_requests()
rules_across_members()
secrets_and_endpoints()
not_emulated()
count = compare_constraints(sorted(called, key=lambda item: (item[0].meta.service_model.service_name, item[1])))
print(f"{len(called)} operations called with boto3 {boto3.__version__}; {count} constraints compared with its model; "
      f"{compared_requests} requests of the client of Agent Registry compared with botocore's")
