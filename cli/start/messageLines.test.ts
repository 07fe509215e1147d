import { describe, expect, it } from 'vitest';
import { MessageLines } from './messageLines.ts';

const LINK = 'http://127.0.0.1:4700/authorizations/0123456789abcdef';
const message = (subject: string, at = 0, text = 'text', owner = 'a') => ({
  id: `${subject}-${at}-${owner}`,
  at,
  topic: 'people',
  subject,
  message: text,
  attributes: { owner },
});

describe('MessageLines', () => {
  it('MessageLines: shows a message to several contacts once', () => {
    const lines = new MessageLines();
    expect(lines.linesOf(message('Consent is needed', 0, `Open ${LINK}\n`, 'a'))).toEqual([
      'Consent is needed',
      LINK,
    ]);
    expect(lines.linesOf(message('Consent is needed', 900, `Open ${LINK}\n`, 'b'))).toBeUndefined();
  });

  it('MessageLines: shows a repeated message again, without the link that was shown', () => {
    const lines = new MessageLines();
    lines.linesOf(message('Consent is needed', 0, `Open ${LINK}`));
    expect(lines.linesOf(message('A reminder', 86_400_000, `Open ${LINK}`))).toEqual(['A reminder']);
    lines.linesOf(message('payments is up to date', 0));
    expect(lines.linesOf(message('payments is up to date', 3_600_000))).toEqual(['payments is up to date']);
  });

  it('MessageLines: records shown links for messages and tables together', () => {
    const lines = new MessageLines();
    expect(lines.isFirst(LINK)).toBe(true);
    expect(lines.isFirst(LINK)).toBe(false);
    expect(lines.linesOf(message('Consent is needed', 0, `Open ${LINK}`))).toEqual(['Consent is needed']);
  });
});
