import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText } from './yamlText.ts';

it('yamlText: writes the same value without a hidden character', () => {
  const value = {
    'a\u202eb': ['plain', 'two\nlines', 'hidden \u202e\u0007 \u{e0041}', '"quoted" \\ \u200b'],
    same: [{ a: 1 }, { a: 1 }],
    number: 1.5,
    nothing: null,
  };
  const text = yamlText(value);
  expect(parse(text)).toEqual(value);
  expect(text).not.toMatch(/(?!\n)[\p{C}\p{Default_Ignorable_Code_Point}]/u);
  expect(text).toContain('- plain\n');
});
