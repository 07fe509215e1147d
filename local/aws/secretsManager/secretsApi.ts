import { createHash } from 'node:crypto';
import type { Clock } from '../../simulation/clock.ts';
import { secretArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { Operations } from '../http/awsJson.ts';
import { requiredString } from '../http/requestMembers.ts';

/** The operations `secretsmanager.*` over secrets given at the start. They are not written to disk. */
export function secretsApi(secrets: Readonly<Record<string, string>>, clock: Clock): Operations {
  const createdAt = clock.now() / 1000;
  const find = (id: string) => {
    const name = id.startsWith('arn:') ? nameOfArn(id) : id;
    const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (value === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return { ARN: secretArn(name), Name: name, value };
  };
  return {
    GetSecretValue: (input) => {
      const { value, ...secret } = find(requiredString(input, 'SecretId'));
      const version = createHash('sha256').update(value).digest('hex').slice(0, 32);
      return {
        ...secret,
        SecretString: value,
        VersionId: version,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: createdAt,
      };
    },
    DescribeSecret: (input) => {
      const { value: _, ...secret } = find(requiredString(input, 'SecretId'));
      return secret;
    },
  };
}

/** The real service appends a hyphen and six random characters to the name; the local ARNs have none. */
function nameOfArn(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
