import { expect, it } from 'vitest';
import { outcomeWith, report } from '../../core/outcome/testing/sampleOutcome.ts';
import type { OwnedReport } from '../../core/storage/outcomeDocument.ts';
import type { Screen } from '../display/screen.ts';
import { outcomeText } from './outcomeText.ts';

/** Only the colors of a screen are used. */
const screen = { paint: (_: unknown, text: string) => text } as unknown as Screen;

function textOf(resource: Partial<OwnedReport>): string {
  const time = '2026-01-01T00:00:00.000Z';
  const owned = { ...report('ready', 'front', ['Adopted.']), owner: 'default', since: time, ...resource };
  const document = { ...outcomeWith(), resources: [owned], time, since: time, owner: 'default', applied: {} };
  return outcomeText(document, screen);
}

it('outcomeText: says why the tools of a target are not watched, and nothing of those that are', () => {
  const reason = 'Not watched: its server is in a private network.';
  expect(textOf({ watch: { watched: false, reason } })).toContain(`- Adopted.\n      - ${reason}`);
  expect(textOf({ watch: { watched: true, sources: ['server'] } })).toBe(textOf({}));
});
