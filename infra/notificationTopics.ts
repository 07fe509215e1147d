import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

export interface NotificationTopicsProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly account: string;
}

/** The topic with messages for owners, and the topic with alarms for operators. */
export class NotificationTopics extends Construct {
  readonly people: Topic;
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { deployment, key, account }: NotificationTopicsProps) {
    super(scope, id);
    const { environment, people, operators } = deployment;
    this.people = new Topic(this, 'Topic', {
      topicName: `gateloop-${environment}-people`,
      displayName: 'Gateloop',
      enforceSSL: true,
      masterKey: key ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    });
    this.alarms = new Topic(this, 'AlarmTopic', {
      topicName: `gateloop-${environment}-alarms`,
      enforceSSL: true,
      // CloudWatch cannot publish to a topic with SNS's own key. An alarm names only metrics, so that it needs no encryption.
      ...(key && { masterKey: key }),
    });
    this.alarms.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.alarms.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    for (const address of people) this.#subscribe('Person', address, address);
    for (const address of operators) {
      // Messages without a known owner go to the operators.
      this.#subscribe('Operator', address, 'nobody');
      new CfnSubscription(this, `Alarms-${address}`, {
        topicArn: this.alarms.topicArn,
        protocol: 'email',
        endpoint: address,
      });
    }
  }

  #subscribe(id: string, address: string, owner: string): void {
    new CfnSubscription(this, `${id}-${address}`, {
      topicArn: this.people.topicArn,
      protocol: 'email',
      endpoint: address,
      // Different people write manifests and settings: Ann@ and ann@ are the same mailbox.
      filterPolicy: { owner: [{ 'equals-ignore-case': owner }] },
    });
  }
}
