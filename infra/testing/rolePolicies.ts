import type { Conditions, Statement } from '../../core/iam/statement.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { Synthesized } from './synthesized.ts';

/** The names of the account in which a test resolves a template. */
export const account = { partition: 'aws', region: 'us-east-1', account: '123456789012' } as const;

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': account.partition,
  'AWS::Region': account.region,
  'AWS::AccountId': account.account,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Where the name of a resource stands, and the ARN that CloudFormation makes of it. */
const arnOfType: Readonly<
  Record<string, readonly [property: string, service: string, before: string, after?: string]>
> = {
  'AWS::DynamoDB::Table': ['TableName', 'dynamodb', 'table/'],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'dynamodb', 'table/'],
  'AWS::Events::EventBus': ['Name', 'events', 'event-bus/'],
  'AWS::SQS::Queue': ['QueueName', 'sqs', ''],
  'AWS::SNS::Topic': ['TopicName', 'sns', ''],
  'AWS::Lambda::Function': ['FunctionName', 'lambda', 'function:'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'states', 'stateMachine:'],
  'AWS::Logs::LogGroup': ['LogGroupName', 'logs', 'log-group:', ':*'],
};

/** A role of a template, with all its statements, as CloudFormation deploys them. */
export interface RolePolicy {
  readonly logicalId: string;
  /** The principal that assumes it, such as `lambda.amazonaws.com`. */
  readonly service: string;
  readonly statements: readonly Statement[];
  /** The characters of all inline policies, and of each managed policy: what IAM limits. */
  readonly inlineSize: number;
  readonly managedSizes: readonly number[];
}

/** @returns every role of the template with its own policies and those that are attached to it */
export function rolePolicies({
  ofType,
  resources,
}: Pick<Synthesized, 'ofType' | 'resources'>): readonly RolePolicy[] {
  const resolve = (value: JsonValue): JsonValue => resolveValue(value, resources);
  return ofType('AWS::IAM::Role').map(([logicalId, { Properties }]) => {
    // The properties of a role, as CDK writes them.
    const role = Properties as unknown as {
      Policies?: { PolicyDocument: JsonValue }[];
      AssumeRolePolicyDocument: { Statement: { Principal: { Service?: string } }[] };
    };
    const attached = (type: string) =>
      ofType(type).flatMap(([, { Properties: policy }]) => {
        const { Roles = [], PolicyDocument } = policy as unknown as {
          Roles?: { Ref: string }[];
          PolicyDocument: JsonValue;
        };
        return Roles.some(({ Ref }) => Ref === logicalId) ? [resolve(PolicyDocument)] : [];
      });
    const own = (role.Policies ?? []).map((each) => resolve(each.PolicyDocument));
    const inline = [...own, ...attached('AWS::IAM::Policy')];
    const managed = attached('AWS::IAM::ManagedPolicy');
    return {
      logicalId,
      service: role.AssumeRolePolicyDocument.Statement[0]?.Principal.Service ?? '',
      statements: [...inline, ...managed].flatMap(statementsOf),
      inlineSize: inline.reduce<number>((sum, each) => sum + JSON.stringify(each).length, 0),
      managedSizes: managed.map((each) => JSON.stringify(each).length),
    };
  });
}

function statementsOf(document: JsonValue): readonly Statement[] {
  if (!isJsonObject(document) || !Array.isArray(document.Statement)) throw new Error('This is no policy.');
  return document.Statement.map((each: JsonValue): Statement => {
    if (!isJsonObject(each) || each.NotAction || each.NotResource)
      throw new Error(`The statement ${JSON.stringify(each)} has another form.`);
    return {
      ...(each.Effect === 'Deny' && { effect: 'Deny' }),
      actions: texts(each.Action),
      resources: texts(each.Resource),
      ...(each.Condition && { conditions: each.Condition as unknown as Conditions }), // CDK writes its form.
    };
  });
}

function texts(value: JsonValue | undefined): readonly string[] {
  return [value].flat().map((each) => {
    if (typeof each !== 'string') throw new Error(`${JSON.stringify(each)} is not resolved.`);
    return each;
  });
}

function resolveValue(value: JsonValue, resources: Synthesized['resources']): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => resolveValue(item, resources));
  if (!isJsonObject(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only && others.length === 0) {
    const [name, argument] = only;
    if (name === 'Ref') return reference(String(argument), resources);
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return arnOf(String(argument[0]), resources);
    if (name === 'Fn::Join' && Array.isArray(argument)) {
      const [separator, parts] = argument;
      return texts(resolveValue(parts ?? [], resources)).join(String(separator));
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveValue(member, resources)]),
  );
}

function reference(id: string, resources: Synthesized['resources']): string {
  const parameter = PSEUDO_PARAMETERS[id];
  if (parameter !== undefined) return parameter;
  // The Ref of these types is their ARN.
  const type = resources[id]?.Type ?? '';
  return ['AWS::StepFunctions::StateMachine', 'AWS::SNS::Topic'].includes(type)
    ? arnOf(id, resources)
    : nameOf(id, resources);
}

function nameOf(id: string, resources: Synthesized['resources']): string {
  const properties: Readonly<Record<string, JsonValue>> = resources[id]?.Properties ?? {};
  const name = Object.entries(properties).find(([key]) => /Name$/.test(key))?.[1];
  if (name === undefined) throw new Error(`The resource ${id} has no name.`);
  return String(resolveValue(name, resources));
}

function arnOf(id: string, resources: Synthesized['resources']): string {
  const resource = resources[id];
  if (resource?.Type === 'AWS::S3::Bucket') return `arn:aws:s3:::${nameOf(id, resources)}`;
  const row = arnOfType[resource?.Type ?? ''];
  if (!resource || !row) throw new Error(`The test knows no ARN of ${id}, a ${resource?.Type}.`);
  const [property, service, before, after = ''] = row;
  const properties: Readonly<Record<string, JsonValue>> = resource.Properties;
  const name = property === '' ? '' : String(resolveValue(properties[property] ?? '', resources));
  return `arn:aws:${service}:${account.region}:${account.account}:${before}${name}${after}`;
}
