import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { parseManifest } from './parseManifest.ts';

const SCHEMA = JSON.stringify({
  type: 'object',
  properties: { team: { type: 'string', enum: ['desk', 'back'] }, public: { type: 'boolean' } },
  required: ['team'],
});
const SKILLS = JSON.stringify({
  type: 'object',
  properties: { level: { type: 'string' } },
  required: ['level'],
});

function problemsOf(metadata: string, schemas = `defaultSchema: '${SCHEMA}'`, type = 'CUSTOM') {
  const text = `registries: { company: { customMetadataSchemaConfiguration: { ${schemas} } } }
registryRecords:
  tools:
    registryId: \${registries.company.registryId}
    recordType: ${type}
    descriptors: { custom: { data: '{}' } }
    ${metadata}
`;
  const { problems } = parseManifest(new TextEncoder().encode(text), 'manifest.yaml', resourceShapes);
  return problems.map(({ path, message, expected }) => [path, message, expected]);
}

const at = (field = '') => `registryRecords.tools.customMetadata${field}`;

describe('checkMetadata', () => {
  it.each([
    ['what the schema has', 'customMetadata: { team: desk, public: true }'],
    ['no metadata, which nobody compares', ''],
  ])('checkMetadata: accepts %s', (_, metadata) => {
    expect(problemsOf(metadata)).toEqual([]);
  });

  it('checkMetadata: names each field that the registry does not have, or not with such a value', () => {
    expect(problemsOf('customMetadata: { team: front, public: "yes", owner: jane }')).toEqual([
      [at('.team'), 'The registry takes no such value of "team".', 'desk, back'],
      [at('.public'), 'The registry takes no such value of "public".', 'boolean'],
      [at('.owner'), 'The registry has no field "owner" for records of this type.', 'team, public'],
    ]);
  });

  it('checkMetadata: names a field that is missing, of all types and of the type of the record', () => {
    const schemas = `defaultSchema: '${SCHEMA}', recordTypeSchemaOverrides: [{ recordType: CUSTOM, schema: '${SKILLS}' }]`;
    expect(problemsOf('customMetadata: { public: true }', schemas).map(([, message]) => message)).toEqual([
      'The registry demands the field "team" of each record of this type.',
      'The registry demands the field "level" of each record of this type.',
    ]);
    const ofOthers = schemas.replace('CUSTOM', 'SKILL');
    expect(problemsOf('customMetadata: { team: desk }', ofOthers)).toEqual([]);
  });

  it('checkMetadata: judges by no schema that is in a file', () => {
    expect(
      problemsOf('customMetadata: { owner: jane }', 'defaultSchema: { file: schemas/metadata.json }'),
    ).toEqual([]);
  });
});
