import { devNull } from 'node:os';
import { REGION } from './account.ts';

/**
 * The environment variables that point SDK clients at each service. Calls to any other service go to the API server,
 * which rejects them: no call may reach the real AWS, and the host's configuration must have no effect.
 */
export function endpointEnvironment({ api, s3, dynamodb }: { api: string; s3: string; dynamodb: string }) {
  return {
    AWS_ENDPOINT_URL: api,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SFN: api,
    AWS_ENDPOINT_URL_EVENTBRIDGE: api,
    AWS_ENDPOINT_URL_SNS: api,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: api,
    AWS_ENDPOINT_URL_LAMBDA: api,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: api,
    AWS_REGION: REGION,
    // The SDK for Python reads no AWS_REGION.
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
