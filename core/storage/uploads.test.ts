import { describe, expect, it } from 'vitest';
import { isWorkspaceName, strayUpload } from './uploads.ts';

describe('isWorkspaceName', () => {
  it.each(['payments', 'shared.tools', 'shared-2', 'Shared', 'a'])('isWorkspaceName: accepts %s', (name) => {
    expect(isWorkspaceName(name)).toBe(true);
  });

  it('isWorkspaceName: rejects shared, whose secrets every workspace may use', () => {
    expect(isWorkspaceName('shared')).toBe(false);
    expect(strayUpload('workspaces/shared/manifest.yaml')?.problem).toContain('is not "shared"');
  });
});
