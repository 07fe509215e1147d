import type { JsonObject } from '../../core/json.ts';
import { isJsonObject } from '../../core/json.ts';
import type { EmulatorContext } from './emulatorContext.ts';
import type { EventOutbox } from './eventOutbox.ts';

/** Members that tell which resource a call is about. CloudTrail redacts others, and none of them is needed here. */
const IDENTIFYING = /^(name|status|resourceArn|.*(Id|Identifier|Arn|Name|Version))$/;

/** A call that changed something. */
export interface ChangingCall {
  /** The source of the event, such as `aws.bedrock-agentcore`, and CloudTrail's name of the service. */
  readonly source: string;
  readonly eventSource: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly accessKeyId: string;
}

/**
 * Publishes the calls that change something, as CloudTrail's management events arrive at EventBridge in an account with a
 * trail. AWS states no delay; here there is none.
 */
export class ManagementEvents {
  readonly #context: EmulatorContext;
  readonly #outbox: EventOutbox;
  readonly #roles: Readonly<Record<string, string>>;

  /** @param roles the ARNs of roles by their access keys; any other key belongs to a user */
  constructor(context: EmulatorContext, outbox: EventOutbox, roles: Readonly<Record<string, string>>) {
    this.#context = context;
    this.#outbox = outbox;
    this.#roles = roles;
  }

  /** Queues the event of a call, in the transaction of the call. Calls that only read have none. */
  enqueue({ source, eventSource, operation, input, output, requestId, accessKeyId }: ChangingCall): void {
    if (/^(Get|List)/.test(operation)) return;
    const { account, region, clock } = this.#context;
    this.#outbox.enqueue({
      source,
      detailType: 'AWS API Call via CloudTrail',
      detail: {
        eventVersion: '1.11',
        eventTime: new Date(clock.now()).toISOString(),
        eventSource,
        eventName: operation,
        awsRegion: region,
        eventType: 'AwsApiCall',
        managementEvent: true,
        readOnly: false,
        recipientAccountId: account,
        requestID: requestId,
        userIdentity: userIdentity(accessKeyId, this.#roles[accessKeyId], account),
        requestParameters: identifying(input),
        responseElements: identifying(output),
      },
      resources: [],
    });
  }
}

/** @returns the identity of a user, or of a session of a role, as CloudTrail writes it */
export function userIdentity(accessKeyId: string, roleArn: string | undefined, account: string): JsonObject {
  const common = { accountId: account, accessKeyId };
  if (roleArn === undefined) {
    const userName = accessKeyId.toLowerCase();
    return { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/${userName}`, userName, ...common };
  }
  const userName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/${userName}/${userName}`,
    ...common,
    sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn, accountId: account, userName } },
  };
}

function identifying(members: Readonly<Record<string, unknown>>): JsonObject {
  const kept = Object.entries(members).flatMap(([name, value]): [string, JsonObject | string][] => {
    if (typeof value === 'string') return IDENTIFYING.test(name) ? [[name, value]] : [];
    // The harness in a response about it.
    const inner = name === 'harness' && isJsonObject(value) ? identifying(value) : {};
    return Object.keys(inner).length > 0 ? [[name, inner]] : [];
  });
  return Object.fromEntries(kept);
}
