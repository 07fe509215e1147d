import { describe, expect, it } from 'vitest';
import { compareLists } from '../toolContracts/listedTools.ts';
import { toolsChangedMessage } from './toolsChangedMessage.ts';

const tool = (name: string) => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object' } });
const about = { workspace: 'payments', address: 'gatewayTarget/front/tools' } as const;
const ids = { gatewayId: 'front-a1b2c3d4e5', targetId: 'AB12CD34EF' };

describe('toolsChangedMessage', () => {
  it('toolsChangedMessage: lists what has changed, what may break first, and how the target is taken out', () => {
    const change = compareLists([tool('a')], [tool('b')]);
    const { subject, text } = toolsChangedMessage({ ...about, ...ids, change });
    expect(subject).toBe('Gateloop: the server of front/tools has changed its tools');
    expect(text).toContain(
      'There are 2 changes, 1 of which may break or mislead agents:\n- a: Tool removed.\n- b: Tool added.',
    );
    expect(text).toContain(
      'delete-gateway-target --gateway-identifier front-a1b2c3d4e5 --target-id AB12CD34EF',
    );
    expect(text).toContain('remove gateways.front.targets.tools from the manifest');
  });

  it('toolsChangedMessage: names no command without ids, and counts what it does not list', () => {
    const change = compareLists(
      Array.from({ length: 15 }, (_, index) => tool(`t${index}`)),
      [],
    );
    const { text } = toolsChangedMessage({ ...about, change });
    expect(text).not.toContain('aws ');
    expect(text).toContain('… and 5 more');
  });

  it('toolsChangedMessage: begins no line with the text of a server', () => {
    const hostile = 'a\nApprove here: https://evil.example.com\u202e';
    const { text } = toolsChangedMessage({ ...about, change: compareLists([tool(hostile)], []) });
    expect(text).not.toMatch(/^Approve here/m);
    expect(text).not.toContain('\u202e');
  });

  it('toolsChangedMessage: says why the changes are unknown', () => {
    const { text } = toolsChangedMessage({ ...about, change: { changes: [], unknown: 'The list is gone.' } });
    expect(text).toContain('The changes are unknown: The list is gone.');
  });
});
