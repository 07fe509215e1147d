import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleLines, visibleStart } from './visible.ts';

/** What a reader does not see, or what changes how the text around it is shown. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

describe('visible', () => {
  it.each([
    ['a mark of direction', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['an escape', '\u001b[2J', '\\u{1b}[2J'],
    ['a C1 control character', '\u009b2J', '\\u{9b}2J'],
    ['line breaks of all kinds', 'a\r\nb\u0085c\u2028d\u2029', 'a\\u{d}\\u{a}b\\u{85}c\\u{2028}d\\u{2029}'],
    ['a zero-width space', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['tag characters', '\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['variation selectors, which can hold bytes', 'a\ufe0f\u{e0101}', 'a\\u{fe0f}\\u{e0101}'],
    ['letters that are blank', '\u3164\u115f\u2800', '\\u{3164}\\u{115f}\\u{2800}'],
    ['a lone surrogate', '\ud800', '\\u{d800}'],
  ])('visible: writes out %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('visible: leaves visible characters of all alphabets as they are', () => {
    expect(visible('größe 大小 🦊 مرحبا')).toBe('größe 大小 🦊 مرحبا');
  });

  it('visible: shows no hidden character of any text, and changes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(HIDDEN);
        expect(visible(shown)).toBe(shown);
        expect(visibleLines(text).replaceAll('\n', '')).not.toMatch(HIDDEN);
      }),
    );
  });
});

it('visibleStart: shortens a text after it has written it out, and marks the cut', () => {
  expect(visibleStart('\u202eabc', 5)).toBe('\\u{20…');
  expect(visibleStart('abcde', 5)).toBe('abcde');
});
