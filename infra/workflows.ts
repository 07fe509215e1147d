import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { deliveredLogGroupName } from '../core/deployedNames.ts';
import type { Statement } from '../core/iam/statement.ts';
import type { FunctionName } from '../functions/functionCatalog.ts';
import {
  functionPlaceholder,
  PARTITION_PLACEHOLDER,
  readDefinition,
  stateMachinePlaceholder,
  type WorkflowName,
  workflowNames,
} from '../workflows/workflowCatalog.ts';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';
import { policyStatement } from './functions.ts';
import { createLogGroup } from './stores.ts';

export interface WorkflowsProps {
  readonly deployment: Deployment;
  readonly key: IKey | undefined;
  readonly functions: ReadonlyMap<FunctionName, LambdaFunction>;
  /** By workflow. Fixed before the state machines exist, because they start each other. */
  readonly arns: ReadonlyMap<WorkflowName, string>;
  readonly eventBus: { readonly name: string; readonly arn: string };
  readonly ledger: { readonly name: string; readonly arn: string };
  readonly peopleTopicArn: string;
}

/** The value of a placeholder, and the permission that a workflow needs because it uses it, if it needs one. */
interface Placeholder {
  readonly value: string;
  readonly statement?: Statement;
}

/** The state machines of `workflows/`. Each has its own role, derived from the placeholders of its definition. */
export class Workflows extends Construct {
  readonly byName: ReadonlyMap<WorkflowName, StateMachine>;

  constructor(scope: Construct, id: string, props: WorkflowsProps) {
    super(scope, id);
    const placeholders = placeholdersOf(props, Stack.of(this).partition);
    this.byName = new Map(workflowNames.map((name) => [name, this.#create(name, placeholders, props)]));
  }

  #create(
    name: WorkflowName,
    placeholders: ReadonlyMap<string, Placeholder>,
    { deployment, key, arns }: WorkflowsProps,
  ): StateMachine {
    const parent = new Construct(this, name);
    const stateMachineName = `gateloop-${deployment.environment}-${name}`;
    const text = readDefinition(name);
    const named = usedPlaceholders(text, placeholders);
    const own = arns.get(name) ?? '';
    const statements = [...named.values()].flatMap(({ statement: needed }) => needed ?? []);
    if (text.includes('$$.StateMachine.Id')) statements.push(startExecution(own));
    const logGroup = createLogGroup(parent, 'Log', deliveredLogGroupName(deployment.environment, name), {
      deployment,
      key,
    });
    const role = new Role(parent, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { ArnLike: { 'aws:SourceArn': own } },
      }),
    });
    for (const statement of statements) role.addToPolicy(policyStatement(statement));
    if (key)
      role.addToPolicy(
        new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
      );
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Step Functions needs log deliveries and traces, and IAM knows no resource type for them.',
    );
    return new StateMachine(parent, 'StateMachine', {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(minify(text)),
      definitionSubstitutions: Object.fromEntries([...named].map(([key, { value }]) => [key, value])),
      role,
      tracingEnabled: true,
      // Without data, because it contains task tokens.
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
  }
}

function placeholdersOf(props: WorkflowsProps, partition: string): Map<string, Placeholder> {
  const { functions, arns, eventBus, ledger, peopleTopicArn } = props;
  return new Map<string, Placeholder>([
    ...[...functions].map(([name, { functionArn }]): [string, Placeholder] => [
      functionPlaceholder(name),
      { value: functionArn, statement: { actions: ['lambda:InvokeFunction'], resources: [functionArn] } },
    ]),
    ...[...arns].map(([name, arn]): [string, Placeholder] => [
      stateMachinePlaceholder(name),
      { value: arn, statement: startExecution(arn) },
    ]),
    [PARTITION_PLACEHOLDER, { value: partition }],
    [
      'EventBusName',
      { value: eventBus.name, statement: { actions: ['events:PutEvents'], resources: [eventBus.arn] } },
    ],
    [
      'LedgerTableName',
      {
        value: ledger.name,
        statement: { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [ledger.arn] },
      },
    ],
    [
      'PeopleTopicArn',
      { value: peopleTopicArn, statement: { actions: ['sns:Publish'], resources: [peopleTopicArn] } },
    ],
  ]);
}

/** @throws Error for an unknown placeholder */
function usedPlaceholders(
  text: string,
  placeholders: ReadonlyMap<string, Placeholder>,
): ReadonlyMap<string, Placeholder> {
  const names = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name));
  return new Map(
    [...names].sort().map((name) => {
      const placeholder = placeholders.get(name);
      if (placeholder) return [name, placeholder];
      throw new Error(
        `A workflow uses the unknown placeholder \${${name}}. The placeholders are ${[...placeholders.keys()].join(', ')}.`,
      );
    }),
  );
}

function startExecution(arn: string): Statement {
  return { actions: ['states:StartExecution'], resources: [arn] };
}

/** Removes white space, because a definition counts toward the template's limit of 1 MB. */
function minify(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
