import { createHash } from 'node:crypto';
import { SECRETS_EVENT_SOURCE } from '../../../core/events/changeEvents.ts';
import type { Clock } from '../../simulation/clock.ts';
import { ACCOUNT, REGION, secretArn } from '../account.ts';
import type { EventBus } from '../eventBridge/eventBus.ts';
import { AwsError } from '../http/awsError.ts';
import type { Operations } from '../http/awsJson.ts';
import { requiredString } from '../http/requestMembers.ts';

/**
 * The operations `secretsmanager.*` over secrets given at the start. Neither these nor later values are written to disk.
 *
 * @param trail the bus that gets the events of calls which change a secret; absent in an account without a trail
 */
export function secretsApi(
  secrets: Readonly<Record<string, string>>,
  clock: Clock,
  trail?: Pick<EventBus, 'publish'>,
): Operations {
  const createdAt = clock.now() / 1000;
  const values = new Map(Object.entries(secrets));
  const find = (id: string) => {
    const name = id.startsWith('arn:') ? nameOfArn(id) : id;
    const value = values.get(name);
    if (value === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return { ARN: secretArn(name), Name: name, value };
  };
  return {
    GetSecretValue: (input) => {
      const { value, ...secret } = find(requiredString(input, 'SecretId'));
      return {
        ...secret,
        SecretString: value,
        VersionId: versionOf(value),
        VersionStages: ['AWSCURRENT'],
        CreatedDate: createdAt,
      };
    },
    DescribeSecret: (input) => {
      const { value, ...secret } = find(requiredString(input, 'SecretId'));
      return { ...secret, VersionIdsToStages: { [versionOf(value)]: ['AWSCURRENT'] } };
    },
    CreateSecret: (input) => {
      const Name = requiredString(input, 'Name');
      const value = requiredString(input, 'SecretString');
      if (values.has(Name))
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${Name} already exists.`,
        );
      values.set(Name, value);
      return { ARN: secretArn(Name), Name, VersionId: versionOf(value) };
    },
    PutSecretValue: (input) => {
      const secretId = requiredString(input, 'SecretId');
      const value = requiredString(input, 'SecretString');
      const { ARN, Name } = find(secretId);
      values.set(Name, value);
      trail?.publish({
        source: 'aws.secretsmanager',
        detailType: 'AWS API Call via CloudTrail',
        detail: {
          eventVersion: '1.11',
          eventTime: new Date(clock.now()).toISOString(),
          eventSource: SECRETS_EVENT_SOURCE,
          eventName: 'PutSecretValue',
          awsRegion: REGION,
          eventType: 'AwsApiCall',
          managementEvent: true,
          readOnly: false,
          recipientAccountId: ACCOUNT,
          userIdentity: { type: 'IAMUser', accountId: ACCOUNT },
          requestParameters: { secretId },
          responseElements: { arn: ARN },
        },
      });
      return { ARN, Name, VersionId: versionOf(value), VersionStages: ['AWSCURRENT'] };
    },
  };
}

/** A version follows from its value, so that a restart with the same secrets changes none. The real service draws it. */
function versionOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 32);
}

/** The real service appends a hyphen and six random characters to the name; the local ARNs have none. */
function nameOfArn(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
