"""Makes the calls of standard input with boto3, one a line: {"service": name, "operation": name, "parameters": {...}}.

Settings come from the environment alone. Prints one line of JSON for each call: {"answer": {...}} or {"error": code}.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

clients = {}
for line in sys.stdin:
    call = json.loads(line)
    service = call["service"]
    try:
        client = clients[service] = clients.get(service) or boto3.client(service)
        answer = getattr(client, call["operation"])(**call["parameters"])
        answer.pop("ResponseMetadata")
        print(json.dumps({"answer": answer}, default=str), flush=True)
    except ClientError as error:
        print(json.dumps({"error": error.response["Error"]["Code"]}), flush=True)
