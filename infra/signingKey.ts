import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { SECRET_TAG } from './permissions.ts';

export interface SigningKeyProps {
  readonly environment: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
}

/**
 * 44 letters and digits are the base64 of 33 bytes, with some 260 bits chosen freely: a key as standardwebhooks.com
 * wants it, which that project's libraries take with and without `whsec_` before it.
 */
const LENGTH = 44;

/** The key that Gateloop signs webhooks with; Secrets Manager makes it, so that nobody has ever seen it. */
export class SigningKey extends Construct {
  readonly secretName: string;

  constructor(scope: Construct, id: string, { environment, key, keepData }: SigningKeyProps) {
    super(scope, id);
    this.secretName = `gateloop/${environment}/webhook-signing-key`;
    const secret = new Secret(this, 'Secret', {
      secretName: this.secretName,
      description: 'Gateloop signs webhooks with it; give it to whoever receives them',
      generateSecretString: { passwordLength: LENGTH, excludePunctuation: true },
      // Receivers hold a copy, and would refuse what another key signs.
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    });
    Tags.of(secret).add(SECRET_TAG, environment);
    acknowledge(
      secret,
      'AwsSolutions-SMG4',
      'Receivers of others verify with a copy of it: a rotation that they do not take part in would have them refuse every message. docs/authorization.md says how to rotate it together.',
    );
  }
}
