import { describe, expect, it } from 'vitest';
import { prefixes } from '../core/storage/keys.ts';
import { readRegistry } from './testing/registry.ts';
import { type Resource, synthesized } from './testing/synthesized.ts';

/**
 * Types of which CloudFormation's list says that they support import:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
 */
const IMPORTABLE = new Set(['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket']);

interface LifecycleRule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}

interface ResourceType {
  readonly cloudFormationType: string;
  readonly primaryIdentifier?: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  /** What only the service sets. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** CloudFormation's registry of resource types, as the `cdk` command ships it. */
const registry = new Map(
  readRegistry<ResourceType>('resource').map((type) => [type.cloudFormationType, type]),
);

type Kept = readonly (readonly [string, Resource])[];

function kept(resources: Readonly<Record<string, Resource>>): Kept {
  return Object.entries(resources).filter(
    ([, { DeletionPolicy }]) => DeletionPolicy !== undefined && DeletionPolicy !== 'Delete',
  );
}

/**
 * Why the next deployment cannot import a resource by itself, by the rules of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
function obstacles([id, { Type, Properties, DeletionPolicy }]: Kept[number]): string[] {
  const { primaryIdentifier = [], attributes } = registry.get(Type) ?? { attributes: {} };
  return [
    ...(IMPORTABLE.has(Type) ? [] : [`${id}: ${Type} does not support import`]),
    ...(primaryIdentifier.length > 0 ? [] : [`${id}: ${Type} has no identifier`]),
    ...primaryIdentifier
      .filter((name) => name in attributes)
      .map((name) => `${id}: only the service sets ${name}`),
    ...primaryIdentifier
      .filter((name) => typeof Properties[name] !== 'string')
      .map((name) => `${id}: ${name} is not literal`),
    ...(DeletionPolicy === 'RetainExceptOnCreate'
      ? []
      : [`${id}: the rollback of a first deployment would leave it`]),
  ];
}

describe('the lifecycle of the spec bucket', () => {
  it('the spec bucket: only what can be written anew, and what one step leaves for another, expires by its age', () => {
    const buckets = synthesized().ofType('AWS::S3::Bucket');
    const rules = buckets.flatMap(([, { Properties }]) => {
      const { Rules = [] } = (Properties.LifecycleConfiguration ?? {}) as { Rules?: LifecycleRule[] };
      return Rules;
    });
    const expiring = rules.filter((rule) => rule.ExpirationInDays !== undefined && rule.Prefix !== undefined);
    expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
      [prefixes.parsed, 30],
      [prefixes.toolChanges, 90],
      [prefixes.deletions, 90],
    ]);
  });
});

describe('data that outlives the stack', () => {
  it.each([
    ['with the default settings', {}],
    [
      'with a customer managed key',
      { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
    ],
  ])('data that outlives the stack: is imported by the next deployment %s', (_, settings) => {
    const resources = kept(synthesized(settings).resources);
    expect(new Set(resources.map(([, { Type }]) => Type))).toEqual(IMPORTABLE);
    expect(resources.flatMap(obstacles)).toEqual([]);
  });

  it('data that outlives the stack: a table that is deleted by the rollback of a first deployment has no deletion protection', () => {
    const [[, { Properties }] = ['', { Properties: {} }]] = synthesized().ofType('AWS::DynamoDB::Table');
    expect(Properties).not.toHaveProperty('DeletionProtectionEnabled');
  });

  it('data that outlives the stack: cannot be imported by a stack that knows no account, and the stack says so', () => {
    const { resources, warnings } = synthesized({}, 'main', {});
    const buckets = kept(resources).filter(([, { Type }]) => Type === 'AWS::S3::Bucket');
    expect(buckets.flatMap(obstacles)).toEqual(buckets.map(([id]) => `${id}: BucketName is not literal`));
    expect(warnings).toEqual([expect.stringContaining('No account and no Region are known at synthesis')]);
    expect(synthesized().warnings).toEqual([]);
  });

  it('data that outlives the stack: no type of it that only the service names would pass this test', () => {
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::KMS::Key'])
      expect(
        obstacles(['Sample', { Type: type, Properties: {}, DeletionPolicy: 'RetainExceptOnCreate' }]).join(),
      ).toContain('only the service sets');
  });

  it('data that outlives the stack: is deleted with the stack when keepData is false', () => {
    expect(kept(synthesized({ keepData: false }).resources)).toEqual([]);
  });
});
