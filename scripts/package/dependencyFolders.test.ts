import { describe, expect, it } from 'vitest';
import { dependencyFolders } from './dependencyFolders.ts';

describe('dependencyFolders', () => {
  it('dependencyFolders: finds each package where Node would, the nearest one first', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '1', c: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '2', d: '1' } },
      'node_modules/a/node_modules/b/node_modules/c': {},
      'node_modules/b': { dependencies: { never: '1' } },
      'node_modules/c': { dependencies: { a: '1' }, optionalDependencies: { 'other-platform': '1' } },
      'node_modules/d': {},
    };
    expect(dependencyFolders({ packages }, 'a')).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/a/node_modules/b/node_modules/c',
      'node_modules/c',
      'node_modules/d',
    ]);
  });
});
