import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ToolFunction } from '../../local/agentcore/gateways/toolFunctions.ts';

/** The path at which AWS's Runtime Interface Emulator, which every Lambda base image contains, takes invocations. */
const INVOCATIONS_PATH = '/2015-03-31/functions/function/invocations';

/** What AWS gives a function at most, in ms. */
const TIME_LIMIT_MS = 900_000;

/** @returns the functions by their ARNs, each of which runs in a module or a server on this machine */
export function lambdaFunctions(
  places: Readonly<Record<string, string>>,
): Readonly<Record<string, ToolFunction>> {
  return Object.fromEntries(
    Object.entries(places).map(([arn, place]) => [
      arn,
      /^https?:/.test(place) ? functionAt(place) : functionIn(place, arn),
    ]),
  );
}

/** The `handler` of a module, which is read again after each change of the file. */
function functionIn(file: string, arn: string): ToolFunction {
  return async (event, custom) => {
    const version = statSync(file).mtimeMs;
    const { handler } = await import(`${pathToFileURL(file)}?changed=${version}`);
    if (typeof handler !== 'function') throw new TypeError(`${file} exports no function "handler".`);
    const until = Date.now() + TIME_LIMIT_MS;
    const context = {
      awsRequestId: custom.bedrockAgentCoreAwsRequestId,
      clientContext: { custom },
      functionName: basename(file),
      invokedFunctionArn: arn,
      getRemainingTimeInMillis: () => until - Date.now(),
    };
    return (await handler(event, context)) ?? null;
  };
}

/** A server with the API of AWS's Runtime Interface Emulator. */
function functionAt(url: string): ToolFunction {
  const { pathname } = new URL(url);
  const address = pathname === '/' ? new URL(INVOCATIONS_PATH, url) : new URL(url);
  return async (event, custom) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-client-context': Buffer.from(JSON.stringify({ custom })).toString('base64'),
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The function answered ${response.status}: ${text.slice(0, 1000)}`);
    const answer: JsonValue = text === '' ? null : JSON.parse(text);
    const failure = failureIn(answer);
    if (failure !== undefined) throw new Error(failure);
    return answer;
  };
}

/** Lambda reports what a function throws as an answer with its type and message. */
function failureIn(answer: JsonValue): string | undefined {
  const { errorType, errorMessage } = (answer ?? {}) as JsonObject;
  return typeof errorType === 'string' && typeof errorMessage === 'string'
    ? `${errorType}: ${errorMessage}`
    : undefined;
}
