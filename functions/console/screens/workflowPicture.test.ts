import { describe, expect, it } from 'vitest';
import { workflowPicture } from './workflowPicture.ts';

const picture = (workflow: string, ...states: string[]) =>
  String(
    workflowPicture(
      workflow,
      states.map((state) => (state.endsWith('!') ? { state: state.slice(0, -1), error: 'E' } : { state })),
    ) ?? '',
  );

/** The names of the marked states, in the order of the definition. */
const marked = (svg: string, look: string) =>
  [...svg.matchAll(new RegExp(`<g class="${look}"><circle[^>]*><text[^>]*>([^<]*)`, 'g'))].map(
    ([, name]) => name,
  );

describe('workflowPicture', () => {
  it('workflowPicture: marks the states that an execution passed, how often, and where it failed', () => {
    const svg = picture('reconcile', 'Poll', 'NextStep?', 'Provision', 'Wait', 'Poll!');
    expect(marked(svg, 'at passed')).toEqual(['NextStep?', 'Provision', 'Wait']);
    expect(marked(svg, 'at passed wrong')).toEqual(['✗ Poll ×2']);
    expect(marked(svg, 'at').length).toBeGreaterThan(10);
  });

  it('workflowPicture: marks the ways between them, and no others', () => {
    const svg = picture('reconcile', 'Poll', 'NextStep?', 'Provision', 'Wait', 'Poll');
    expect(svg.match(/class="way passed"/g)).toHaveLength(4);
    expect(picture('reconcile', 'Poll', 'Synced')).not.toContain('class="way passed"');
  });

  it('workflowPicture: says the same in words, for those who do not see it', () => {
    const svg = picture('reconcile', 'Poll', 'NextStep?', 'Wait', 'Poll');
    expect(svg).toContain('role="img"');
    expect(svg).toContain('Passed: Poll (2 times), NextStep?, Wait.');
    expect(picture('reconcile')).toContain('It has passed none yet.');
  });

  it.each(['authorize', 'registry-approvals'])('workflowPicture: draws %s', (workflow) => {
    expect(picture(workflow)).toContain('<circle');
  });

  it('workflowPicture: leaves states inside of Maps out, and has none of an unknown workflow', () => {
    const svg = picture('reconcile', 'StartAuthorizations', 'StartAuthorization', 'Wait');
    expect(svg.match(/class="way passed"/g)).toHaveLength(1);
    expect(picture('constructor', 'Poll')).toBe('');
  });
});
