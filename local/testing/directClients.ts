import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import { defined } from '../../core/objects.ts';
import { AwsError } from '../aws/http/awsError.ts';
import type { Operations } from '../aws/http/awsJson.ts';
import { type Buckets, isSameEtag } from '../aws/s3/buckets.ts';
import { listObjects } from '../aws/s3/listing.ts';
import type { Outbox } from '../aws/sns/outbox.ts';
import type { EmbeddedAws } from '../embeddedAws.ts';

/** The clients of the services of the embedded AWS that adapters take. */
export interface DirectClients {
  readonly s3: S3Client;
  readonly eventBridge: EventBridgeClient;
  readonly secretsManager: SecretsManagerClient;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
}

/**
 * Clients whose commands call the operations of the embedded AWS in this process. They skip what takes most of the time
 * of a call: middleware, signature, serialization and HTTP. Only `send` exists, and only for the commands of Gateloop's
 * adapters.
 */
export function directClients({ buckets, outbox, operations }: EmbeddedAws): DirectClients {
  return {
    s3: clientOf<S3Client>(s3Operations(buckets)),
    eventBridge: clientOf<EventBridgeClient>(operations.events),
    secretsManager: clientOf<SecretsManagerClient>(operations.secrets),
    sfn: clientOf<SFNClient>(operations.states),
    sns: clientOf<SNSClient>(snsOperations(outbox)),
  };
}

type DirectOperations = Readonly<Record<string, (input: never) => unknown>>;

/** Adapters use nothing of a client but `send`, which the SDK's type of a client does not say. */
function clientOf<Client>(operations: DirectOperations | Operations): Client {
  const byName = operations as Readonly<Record<string, (input: unknown) => unknown>>;
  const send = async ({
    constructor: { name },
    input,
  }: {
    constructor: { name: string };
    input: unknown;
  }) => {
    const operation = byName[name.replace(/Command$/, '')];
    if (!operation) throw new RangeError(`The direct clients have no operation ${name}.`);
    try {
      return await operation(input);
    } catch (error) {
      throw error instanceof AwsError ? clientError(error) : error;
    }
  };
  return { send } as Client;
}

/** The exception that an SDK client throws for an error response. */
function clientError({ code, message, status }: AwsError): Error {
  const error = new Error(message);
  error.name = code;
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
}

function s3Operations(buckets: Buckets): DirectOperations {
  return {
    PutObject: ({
      Bucket,
      Key,
      Body,
      ContentType,
      IfNoneMatch: ifNoneMatch,
    }: ObjectInput & { Body: string | Uint8Array; ContentType: string; IfNoneMatch?: string }) => {
      const content = typeof Body === 'string' ? Body : Buffer.from(Body);
      const headers = { 'content-type': ContentType };
      const { etag } = buckets.put(Bucket, Key, content, { headers, ...defined({ ifNoneMatch }) });
      return { ETag: etag };
    },
    GetObject: ({ Bucket, Key, IfMatch }: ObjectInput & { IfMatch?: string }) => {
      const record = buckets.head(Bucket, Key);
      if (IfMatch !== undefined && !isSameEtag(IfMatch, record.etag))
        throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions did not hold.', 412);
      return {
        Body: { transformToByteArray: async () => new Uint8Array(buckets.content(record)) },
        LastModified: new Date(record.lastModified),
      };
    },
    ListObjectsV2: ({
      Bucket,
      Prefix: prefix,
      Delimiter: delimiter = '',
      ContinuationToken: token,
      StartAfter: startAfter = '',
    }: {
      Bucket: string;
      Prefix: string;
      Delimiter?: string;
      ContinuationToken?: string;
      StartAfter?: string;
    }) => {
      const page = listObjects(buckets, Bucket, {
        prefix,
        delimiter,
        startAfter: token ?? startAfter,
        maxKeys: 1000,
      });
      return {
        Contents: page.objects.map(({ key, size, etag }) => ({ Key: key, Size: size, ETag: etag })),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: common })),
        ...defined({ NextContinuationToken: page.next }),
      };
    },
  };
}

function snsOperations(outbox: Outbox): DirectOperations {
  return {
    Publish: ({
      TopicArn: topic,
      Subject: subject,
      Message: message,
      MessageAttributes,
    }: {
      TopicArn: string;
      Subject?: string;
      Message: string;
      MessageAttributes: Readonly<Record<string, { readonly StringValue: string }>>;
    }) => {
      const attributes = Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      );
      return { MessageId: outbox.publish({ topic, ...defined({ subject }), message, attributes }).id };
    },
  };
}
