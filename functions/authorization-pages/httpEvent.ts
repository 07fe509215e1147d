import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { invalidEvent, readMapping, readText } from '../runtime/eventFields.ts';

/** @throws GateloopError `InvalidEvent` */
export function parseHttpEvent(event: unknown): APIGatewayProxyEventV2 {
  const fields = readMapping(event, 'a request of an HTTP API');
  const context = readMapping(fields.requestContext, 'a "requestContext"');
  readMapping(fields.headers, '"headers"');
  readMapping(context.http, 'an "http" in "requestContext"');
  readText(context.requestId, 'an id under "requestContext.requestId"');
  readText(fields.rawPath, 'a path under "rawPath"');
  if (typeof context.timeEpoch !== 'number') {
    throw invalidEvent('a time in ms under "requestContext.timeEpoch"', context.timeEpoch);
  }
  // The API makes these events, in payload format 2.0; what the pages read of them was checked above.
  return fields as unknown as APIGatewayProxyEventV2;
}
