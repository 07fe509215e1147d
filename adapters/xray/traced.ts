import { type CallMetadata, metadataOf } from '../awsError.ts';
import { type Particulars, Subsegment } from './subsegment.ts';
import { getSegment } from './tracing.ts';

type Next<Args> = (args: Args) => Promise<{ output: { $metadata: CallMetadata }; response: unknown }>;

/** As much of the SDK's clients as it takes to see their calls. */
interface TraceableClient {
  readonly middlewareStack: {
    add(
      middleware: <Args>(
        next: Next<Args>,
        context: { clientName?: string; commandName?: string },
      ) => Next<Args>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/**
 * Has every call of a client appear in the trace of the invocation that makes it: the service, the operation, how it
 * ended and after how many attempts. Neither what is sent nor what is answered, and no words of an exception, which
 * may repeat what was sent.
 */
export function traced<Client extends TraceableClient>(client: Client): Client {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (args) => {
        const invocation = getSegment();
        // Outside of a step nothing is traced: tracing is turned off, or the call is made while a function starts.
        if (!(invocation instanceof Subsegment)) return next(args);
        const call = invocation.addNewSubsegment(clientName.replace(/Client$/, ''));
        const operation = commandName.replace(/Command$/, '');
        try {
          const result = await next(args);
          call.add(particularsOf(operation, result.output.$metadata));
          return result;
        } catch (error) {
          call.add(particularsOf(operation, metadataOf(error)));
          throw error;
        } finally {
          call.close();
        }
      },
    { step: 'initialize', name: 'xray' },
  );
  return client;
}

function particularsOf(
  operation: string,
  { httpStatusCode: status, requestId, attempts = 1 }: CallMetadata,
): Particulars {
  return {
    namespace: 'aws',
    aws: { operation, retries: attempts - 1, ...(requestId !== undefined && { request_id: requestId }) },
    ...(status !== undefined && { http: { response: { status } } }),
    ...(status === 429 && { throttle: true }),
    ...(status !== undefined && status >= 400 && status < 500 && { error: true }),
    // Whoever gave no answer at all has failed too.
    ...((status === undefined || status >= 500) && { fault: true }),
  };
}
