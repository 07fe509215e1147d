import type { Clock } from './clock.ts';
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
  outbox,
  jsonServices,
}: {
  clock: Clock;
  functions: Functions;
  outbox: Outbox;
  jsonServices: Readonly<Record<string, Operations>>;
}): Promise<HttpServer> {
  return serve({
    clock,
    answer: (call) => {
      if (isLambdaCall(call)) return answerLambda(functions, call);
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
