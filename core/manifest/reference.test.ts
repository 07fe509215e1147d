import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencesIn, replaceReferences } from './reference.ts';

function partsOf(text: string) {
  return referencesIn(text).map(({ kind, section, name, field, complete }) => ({
    kind: kind ?? section,
    name,
    field,
    complete,
  }));
}

describe('referencesIn', () => {
  it.each([
    [
      `\${gateways.payments.gatewayArn}`,
      [{ kind: 'gateway', name: 'payments', field: 'gatewayArn', complete: true }],
    ],
    [
      `\${ gateways.payments.gatewayArn }`,
      [{ kind: 'gateway', name: 'payments', field: 'gatewayArn', complete: true }],
    ],
    [
      `\${gateways.payments.targets.ledger.targetId}`,
      [{ kind: 'gatewayTarget', name: 'payments/ledger', field: 'targetId', complete: true }],
    ],
    [
      `\${registries.a.b/c.registryId}`,
      [{ kind: 'registry', name: 'a.b/c', field: 'registryId', complete: true }],
    ],
    [
      `a \${harnesses.x.arn} b \${harnesses.y.arn}`,
      [
        { kind: 'harness', name: 'x', field: 'arn', complete: true },
        { kind: 'harness', name: 'y', field: 'arn', complete: true },
      ],
    ],
    [`\${HOME}`, [{ kind: 'HOME', name: '', field: '', complete: false }]],
    [`\${gateways.payments}`, [{ kind: 'gateways', name: 'payments', field: '', complete: false }]],
    [`\${gateways..x}`, [{ kind: 'gateway', name: '', field: 'x', complete: false }]],
    [`\${a.b.c}`, [{ kind: 'a', name: 'b', field: 'c', complete: true }]],
    ['$gateways.payments.gatewayArn {}', []],
    [`\${never closed`, []],
    [`\${a\n.b.c}`, []],
  ])('returns the references of the text %s', (text, parts) => {
    expect(partsOf(text)).toEqual(parts);
  });

  it('takes time proportional to the length of the text', () => {
    // Quadratic time would exceed the test timeout.
    for (const text of ['$'.repeat(2_000_000), '${'.repeat(1_000_000), `\${${'a.'.repeat(1_000_000)}`])
      expect(referencesIn(text)).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.stringMatching(/^[${}.a\n ]*$/), (text) => void referencesIn(text)));
  });
});

describe('replaceReferences', () => {
  it('returns the value itself if the text is exactly one reference', () => {
    expect(replaceReferences(`\${harnesses.x.harnessVersion}`, () => 3)).toBe(3);
  });

  it('replaces each reference within a text by its own value', () => {
    expect(replaceReferences(`<\${a.b.c}|\${d.e.f}>`, ({ section }) => section.toUpperCase())).toBe('<A|D>');
  });

  it('keeps references without a value', () => {
    const text = `\${a.b.c} and \${d.e.f}`;
    expect(replaceReferences(text, () => undefined)).toBe(text);
  });
});
