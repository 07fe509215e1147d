import { describe, expect, it } from 'vitest';
import type { Shape, ShapeCatalog, StructureShape } from '../api/shapes.ts';
import { resourceKinds } from './resourceKinds.ts';
import { updateInput } from './updateInput.ts';

const text: Shape = { type: 'string', name: 'Text' };
const structure = (
  members: Readonly<Record<string, Shape>>,
  type: StructureShape['type'] = 'structure',
): StructureShape => ({
  type,
  name: 'Structure',
  members: new Map(
    Object.entries(members).map(([name, shape]) => [
      name,
      { name, required: false, shape, sensitive: false },
    ]),
  ),
});
/** A catalog of one operation, `Update…`, with these members. */
const catalogOf = (name: string, members: Readonly<Record<string, Shape>>): ShapeCatalog => ({
  shape: () => undefined,
  operation: (operation) =>
    operation === name
      ? { name, method: 'PUT', path: '/', status: 200, input: structure(members), output: structure({}) }
      : undefined,
});
const wrapper = structure({ optionalValue: text });
const NOTHING: ReadonlySet<string> = new Set();

describe('updateInput', () => {
  const { gateway, harness, registry, registryRecord, oauth2CredentialProvider } = resourceKinds;

  it('updateInput: sends of the configuration what the update call accepts, without the id', () => {
    const catalog = catalogOf('UpdateGateway', { gatewayIdentifier: text, name: text, description: text });
    const config = { name: 'front', gatewayIdentifier: 'x', kmsKeyArn: 'arn:k' };
    expect(updateInput(gateway, config, NOTHING, catalog)).toEqual({ name: 'front' });
  });

  it('updateInput: sends the name of a resource that has no id', () => {
    const catalog = catalogOf('UpdateOauth2CredentialProvider', { name: text });
    expect(updateInput(oauth2CredentialProvider, { name: 'github' }, NOTHING, catalog)).toEqual({
      name: 'github',
    });
  });

  it('updateInput: sends the whole configuration of an operation that the catalog does not know', () => {
    const config = { name: 'front' };
    expect(updateInput(gateway, config, NOTHING, catalogOf('Other', {}))).toEqual(config);
  });

  it('updateInput: wraps optional values at any depth, and leaves other members as they are', () => {
    const catalog = catalogOf('UpdateRegistry', {
      name: text,
      description: wrapper,
      approval: structure({ optionalValue: structure({ reason: wrapper, mode: text }) }),
      choice: structure({ a: wrapper }, 'union'),
      both: structure({ optionalValue: text, other: text }),
    });
    const config = {
      name: 'tools',
      description: 'All',
      approval: { reason: 'r', mode: 'm', unknown: 1 },
      choice: { a: 'x' },
      both: { optionalValue: 'y' },
    };
    expect(updateInput(registry, config, NOTHING, catalog)).toEqual({
      name: 'tools',
      description: { optionalValue: 'All' },
      approval: { optionalValue: { reason: { optionalValue: 'r' }, mode: 'm', unknown: 1 } },
      choice: { a: { optionalValue: 'x' } },
      both: { optionalValue: 'y' },
    });
  });

  it('updateInput: passes on a value that does not have the form of its structure', () => {
    const catalog = catalogOf('UpdateRegistry', { approval: structure({ mode: text }) });
    expect(updateInput(registry, { approval: 'x' }, NOTHING, catalog)).toEqual({ approval: 'x' });
  });

  it('updateInput: clears members by the means that their shapes have, and leaves a member without means out', () => {
    const list: Shape = { type: 'list', name: 'List', element: text };
    const map: Shape = { type: 'map', name: 'Map', value: text };
    const members = {
      description: wrapper,
      tools: list,
      variables: map,
      maxTokens: text,
      maxIterations: text,
    };
    const catalog = catalogOf('UpdateHarness', members);
    const toClear = new Set(Object.keys(members));
    expect(updateInput(harness, {}, toClear, catalog)).toEqual({
      description: {},
      tools: [],
      variables: {},
      maxIterations: 75,
    });
  });

  it('updateInput: clears inside of a member what the resource has and the configuration does not name', () => {
    const part = structure({ optionalValue: structure({ data: wrapper, source: wrapper, kind: text }) });
    const catalog = catalogOf('UpdateRegistryRecord', {
      descriptors: structure({ optionalValue: structure({ a: part, b: part, c: part }) }),
    });
    const config = { descriptors: { a: { data: 'x' }, b: { source: 'y' } } };
    const live = {
      descriptors: { a: { data: 'w', source: 'v', kind: 'k' }, b: { data: 'read' }, c: { data: 'z' } },
    };
    expect(updateInput(registryRecord, config, NOTHING, catalog, live)).toEqual({
      descriptors: {
        optionalValue: {
          a: { optionalValue: { source: {}, data: { optionalValue: 'x' } } },
          // What the service has read from a source stays.
          b: { optionalValue: { source: { optionalValue: 'y' } } },
          c: {},
        },
      },
    });
  });

  it('updateInput: clears what belongs to another source of a record, and keeps what the service has read', () => {
    const read = structure({ optionalValue: structure({ data: wrapper, source: wrapper }) });
    const part = structure({
      optionalValue: structure({ md: read, package: read, tools: read, provider: wrapper }),
    });
    const catalog = catalogOf('UpdateRegistryRecord', {
      descriptors: structure({ optionalValue: structure({ a: part }) }),
    });
    const config = { descriptors: { a: { package: { source: 'x' } } } };
    const live = {
      descriptors: { a: { md: { data: 'read', source: 'w' }, tools: { data: 'read' }, provider: 'GITHUB' } },
    };
    expect(updateInput(registryRecord, config, NOTHING, catalog, live)).toEqual({
      descriptors: {
        optionalValue: {
          a: {
            optionalValue: {
              md: { optionalValue: { source: {} } },
              provider: {},
              package: { optionalValue: { source: { optionalValue: 'x' } } },
            },
          },
        },
      },
    });
  });

  it('updateInput: sends a desired value of a member that was to be cleared', () => {
    const catalog = catalogOf('UpdateRegistry', { description: wrapper });
    expect(updateInput(registry, { description: 'All' }, new Set(['description']), catalog)).toEqual({
      description: { optionalValue: 'All' },
    });
  });
});
