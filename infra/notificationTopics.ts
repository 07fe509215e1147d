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

/** The topic that owners are told through, and the one that operators get alarms from. */
export class NotificationTopics extends Construct {
  readonly topic: Topic;
  readonly alarmTopic: Topic;

  constructor(scope: Construct, id: string, { deployment, key, account }: NotificationTopicsProps) {
    super(scope, id);
    const { environment, people, operators } = deployment;
    this.topic = new Topic(this, 'Topic', {
      topicName: `gateloop-${environment}-people`,
      displayName: 'Gateloop',
      enforceSSL: true,
      masterKey: key ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    });
    this.alarmTopic = new Topic(this, 'AlarmTopic', {
      topicName: `gateloop-${environment}-alarms`,
      enforceSSL: true,
      // CloudWatch cannot publish to a topic with SNS's own key; alarms name metrics and nothing else.
      ...(key && { masterKey: key }),
    });
    this.alarmTopic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.alarmTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    for (const address of people) this.#subscribe('Person', address, address);
    for (const address of operators) {
      // What no owner is known for must not go unheard.
      this.#subscribe('Operator', address, 'nobody');
      new CfnSubscription(this, `Alarms-${address}`, {
        topicArn: this.alarmTopic.topicArn,
        protocol: 'email',
        endpoint: address,
      });
    }
  }

  #subscribe(id: string, address: string, owner: string): void {
    new CfnSubscription(this, `${id}-${address}`, {
      topicArn: this.topic.topicArn,
      protocol: 'email',
      endpoint: address,
      // Manifests and settings are written by different people: Ann@ and ann@ are one mailbox.
      filterPolicy: { owner: [{ 'equals-ignore-case': owner }] },
    });
  }
}
