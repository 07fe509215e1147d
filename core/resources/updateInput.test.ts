import { describe, expect, it } from 'vitest';
import type { Shape, ShapeCatalog, StructureShape } from '../api/shapes.ts';
import { resourceKinds } from './resourceKinds.ts';
import { updatableMembers, updateInput } from './updateInput.ts';

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

describe('updateInput', () => {
  const { gateway, registry, oauth2CredentialProvider } = resourceKinds;

  it('updateInput: sends of the configuration what the update call accepts, without the id', () => {
    const catalog = catalogOf('UpdateGateway', { gatewayIdentifier: text, name: text, description: text });
    const config = { name: 'front', gatewayIdentifier: 'x', kmsKeyArn: 'arn:k' };
    expect(updateInput(gateway, config, { description: 'old' }, catalog)).toEqual({ name: 'front' });
  });

  it('updateInput: sends the name of a resource that has no id', () => {
    const catalog = catalogOf('UpdateOauth2CredentialProvider', { name: text });
    expect(updateInput(oauth2CredentialProvider, { name: 'github' }, undefined, catalog)).toEqual({
      name: 'github',
    });
  });

  it('updateInput: sends the whole configuration of an operation that the catalog does not know', () => {
    const config = { name: 'front' };
    expect(updateInput(gateway, config, undefined, catalogOf('Other', {}))).toEqual(config);
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
    expect(updateInput(registry, config, undefined, catalog)).toEqual({
      name: 'tools',
      description: { optionalValue: 'All' },
      approval: { optionalValue: { reason: { optionalValue: 'r' }, mode: 'm', unknown: 1 } },
      choice: { a: { optionalValue: 'x' } },
      both: { optionalValue: 'y' },
    });
  });

  it('updateInput: passes on a value that does not have the form of its structure', () => {
    const catalog = catalogOf('UpdateRegistry', { approval: structure({ mode: text }) });
    expect(updateInput(registry, { approval: 'x' }, undefined, catalog)).toEqual({ approval: 'x' });
  });

  it('updateInput: clears in a PATCH the optional values that are set and not desired any more', () => {
    const catalog = catalogOf('UpdateRegistry', { name: text, description: wrapper, title: wrapper });
    const current = { name: 'tools', description: 'Old' };
    expect(updateInput(registry, {}, current, catalog)).toEqual({ description: {} });
    expect(updateInput(registry, {}, undefined, catalog)).toEqual({});
  });

  it('updateInput: clears nothing in a PUT, which leaves absent members out', () => {
    const catalog = catalogOf('UpdateGateway', { description: wrapper });
    expect(updateInput(gateway, {}, { description: 'Old' }, catalog)).toEqual({});
  });
});

describe('updatableMembers', () => {
  it('updatableMembers: reads the members of each kind once from a catalog', () => {
    const catalog = catalogOf('UpdateGateway', { name: text, description: text });
    const members = updatableMembers('gateway', catalog);
    expect([...members]).toEqual(['name', 'description']);
    expect(updatableMembers('gateway', catalog)).toBe(members);
    expect(updatableMembers('harness', catalog).size).toBe(0);
    expect([...updatableMembers('gateway', catalogOf('UpdateGateway', { name: text }))]).toEqual(['name']);
  });
});
