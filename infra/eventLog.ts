import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LINK_EVENT } from '../core/authorization/requestEvents.ts';
import { eventLogGroupName } from '../core/deployedNames.ts';
import type { Deployment } from './deployment.ts';
import { createLogGroup } from './stores.ts';

export interface EventLogProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly account: string;
  readonly eventBus: EventBus;
}

/**
 * Keeps the events of the bus in a log group, but for the one with a link, which is meant for the people who are asked:
 * EventBridge itself shows no past events, and `gateloop events` reads them.
 */
export class EventLog extends Construct {
  constructor(scope: Construct, id: string, { deployment, key, account, eventBus }: EventLogProps) {
    super(scope, id);
    const name = `gateloop-${deployment.environment}-events`;
    const logGroupName = eventLogGroupName(deployment.environment);
    const group = createLogGroup(this, 'Log', logGroupName, { deployment, key });
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const policy = new CfnResourcePolicy(this, 'Policy', {
      policyName: name,
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: `${arn}:*`,
            Condition: { StringEquals: { 'aws:SourceAccount': account } },
          },
        ],
      }),
    });
    const rule = new CfnRule(this, 'Rule', {
      name,
      description: 'Keeps the events of the bus in a log group, which "gateloop events" reads.',
      eventBusName: eventBus.eventBusName,
      eventPattern: { account: [account], 'detail-type': [{ 'anything-but': [LINK_EVENT] }] },
      targets: [{ id: 'log', arn }],
    });
    rule.node.addDependency(group, policy);
  }
}
