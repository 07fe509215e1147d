import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import { resolveReferences } from './resolveReferences.ts';

const ARN = `\${gateways.payments.gatewayArn}`;

const known: Readonly<Record<string, unknown>> = {
  'gateway/payments gatewayArn':
    'arn:aws:bedrock-agentcore:eu-west-1:123456789012:gateway/payments-0123456789',
  'gatewayTarget/payments/ledger targetId': 'ABCDEFGHIJ',
};
const outputs = (address: Address, field: string) => known[`${address} ${field}`];

describe('resolveReferences', () => {
  it('resolveReferences: replaces references at any depth and inside text', () => {
    const config = {
      a: ARN,
      b: [`<${ARN}>`, { c: `\${gateways.payments.targets.ledger.targetId}` }],
      d: 1,
      e: null,
      f: true,
    };
    const arn = known['gateway/payments gatewayArn'];
    expect(resolveReferences(config, outputs)).toEqual({
      config: { a: arn, b: [`<${arn}>`, { c: 'ABCDEFGHIJ' }], d: 1, e: null, f: true },
    });
  });

  it('resolveReferences: returns every reference without a known value, and no half-resolved configuration', () => {
    const config = { a: ARN, b: [`\${harnesses.x.arn}`], c: `\${registries.y.registryId}` };
    expect(resolveReferences(config, outputs)).toEqual({
      missing: [
        { text: `\${harnesses.x.arn}`, kind: 'harness', name: 'x', field: 'arn', path: ['b', 0] },
        {
          text: `\${registries.y.registryId}`,
          kind: 'registry',
          name: 'y',
          field: 'registryId',
          path: ['c'],
        },
      ],
    });
  });

  it.each([null, undefined])('resolveReferences: treats the output %s as unknown', (value) => {
    expect(resolveReferences({ a: ARN }, () => value)).toHaveProperty('missing');
  });

  it('resolveReferences: keeps text that only resembles a reference', () => {
    const config = { a: `\${HOME}`, b: `\${user.name}`, c: `\${gateways.payments.secret}`, d: '$' };
    expect(resolveReferences(config, outputs)).toEqual({ config });
  });

  it('resolveReferences: keeps inline payloads', () => {
    const config = { openApiSchema: { inlinePayload: ARN } };
    expect(resolveReferences(config, outputs)).toEqual({ config });
  });

  it('resolveReferences: does not change its input', () => {
    const config = Object.freeze({ a: ARN, b: Object.freeze([ARN]) });
    expect(resolveReferences(config, outputs)).toHaveProperty('config');
  });

  it('resolveReferences: changes nothing when it runs a second time', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ARN,
        `a \${gateways.payments.targets.ledger.targetId} b`,
        `\${HOME}`,
        `\${a.b.c}`,
        `\${`,
        '$}',
      ),
      fc.tuple(fc.constantFrom(ARN, '', 'x'), fc.string()).map((parts) => parts.join('')),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.boolean(), tie('list'), tie('mapping')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      mapping: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { maxKeys: 4 }), (generated) => {
        // The generator makes texts, numbers, booleans, lists and mappings of them only: JSON.
        const config = generated as JsonObject;
        const once = resolveReferences(config, outputs);
        if ('missing' in once) throw new Error('the generator uses known fields only');
        expect(resolveReferences(once.config, outputs)).toEqual(once);
      }),
    );
  });
});
