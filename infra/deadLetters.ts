import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface DeadLettersProps {
  readonly queueName: string;
  readonly key: IKey | undefined;
  readonly account: string;
}

/** Where events and schedules go whose execution could not be started. `npm run redrive` starts them again. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { queueName, key, account }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName,
      enforceSSL: true,
      // The longest that SQS knows: somebody may be on holiday.
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(1),
      ...(key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    });
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    acknowledge(
      this.queue,
      'AwsSolutions-SQS3',
      'It is the dead-letter queue itself; the alarm on it is DeadLetters.',
    );
  }
}
