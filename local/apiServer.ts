import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../core/manifest/json.ts';
import type { Clock } from './clock.ts';
import type { Deliveries } from './events/deliveries.ts';
import type { Functions } from './functions/functions.ts';
import { answerLambda, isLambdaCall, refuseLambda } from './functions/lambdaApi.ts';
import type { Outbox } from './sns/outbox.ts';
import { answerSns, isSnsCall, refuseSns } from './sns/snsApi.ts';
import { answerAwsJson, type Operations, refuseAwsJson } from './wire/awsJson.ts';
import { type HttpServer, serve } from './wire/server.ts';

/** Serves all services but S3 and DynamoDB at one address; their protocols tell their calls apart. */
export function startApiServer({
  clock,
  functions,
  deliveries,
  outbox,
  jsonServices,
}: {
  clock: Clock;
  functions: Functions;
  deliveries: Deliveries;
  outbox: Outbox;
  jsonServices: Readonly<Record<string, Operations>>;
}): Promise<HttpServer> {
  const invokeLater = (name: string, input: JsonValue) =>
    deliveries.accept({
      id: randomUUID(),
      origin: 'asynchronous invocation',
      target: { kind: 'function', name },
      input,
    });
  return serve({
    clock,
    answer: (call) => {
      if (isLambdaCall(call)) return answerLambda(functions, invokeLater, call);
      if (isSnsCall(call)) return answerSns(outbox, call);
      return answerAwsJson(jsonServices, call);
    },
    refuse: (error, call) => {
      if (call && isLambdaCall(call)) return refuseLambda(error);
      if (call && isSnsCall(call)) return refuseSns(error);
      return refuseAwsJson(error, call);
    },
  });
}
