import { randomUUID } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import type { JsonObject } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import type { HttpRequest, HttpResponse } from '../http/server.ts';
import type { Outbox } from './outbox.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
const builder = new XMLBuilder({ attributeNamePrefix: '@', ignoreAttributes: false });

/** Whether a call speaks the query protocol, which SNS alone of the embedded services does. */
export function isSnsCall(call: HttpRequest): boolean {
  return String(call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

/** Answers SNS's Publish. */
export function handleSns(outbox: Outbox, call: HttpRequest): HttpResponse {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const action = form.get('Action');
  if (action !== 'Publish')
    throw new AwsError('InvalidAction', `The embedded SNS has no operation ${action}.`);
  const topic = form.get('TopicArn') ?? form.get('TargetArn');
  if (!topic) throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn or TargetArn');
  const subject = form.get('Subject');
  const { id } = outbox.publish({
    topic,
    ...(subject === null ? {} : { subject }),
    message: form.get('Message') ?? '',
    attributes: attributesOf(form),
  });
  return xml(200, 'PublishResponse', {
    PublishResult: { MessageId: id },
    ResponseMetadata: { RequestId: randomUUID() },
  });
}

export function snsErrorResponse(error: unknown): HttpResponse {
  const isKnown = error instanceof AwsError;
  const status = isKnown ? error.status : 500;
  return xml(status, 'ErrorResponse', {
    Error: {
      Type: status < 500 ? 'Sender' : 'Receiver',
      Code: isKnown ? error.code : 'InternalFailure',
      Message: error instanceof Error ? error.message : String(error),
    },
    RequestId: randomUUID(),
  });
}

/** `MessageAttributes.entry.1.Name`, `….Value.DataType`, `….Value.StringValue`. */
function attributesOf(form: URLSearchParams): JsonObject {
  const attributes: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const entry = `MessageAttributes.entry.${index}`;
    const name = form.get(`${entry}.Name`);
    if (name === null) return attributes;
    attributes[name] = form.get(`${entry}.Value.StringValue`) ?? form.get(`${entry}.Value.BinaryValue`) ?? '';
  }
}

function xml(status: number, root: string, members: object): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: builder.build({ [root]: { '@xmlns': NAMESPACE, ...members } }),
  };
}
