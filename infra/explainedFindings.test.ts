import { readFileSync } from 'node:fs';
import { Validations } from 'aws-cdk-lib';
import { HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { explainedFindings, findingsTable } from './explainedFindings.ts';
import { synthesized } from './testing/synthesized.ts';

const PACK = /^(HIPAA\.Security|NIST\.800\.53\.R5|PCI\.DSS\.321|Serverless)-/;
const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** What the packs find, as `rule: type`, each once. */
function found(settings: object): string[] {
  const { findings } = synthesized(settings, 'main', undefined, (app) =>
    Validations.of(app).addPlugins(
      ...[HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks].map(
        (Pack) => new Pack(app),
      ),
    ),
  );
  const named = findings.flatMap(({ rule, types }) =>
    types.map((type) => `${rule.replace(PACK, '')}: ${type}`),
  );
  return [...new Set(named)].sort();
}

const explained = (withKey: boolean) =>
  explainedFindings
    .filter(({ rule, isMetWithKey }) => rule !== undefined && !(withKey && isMetWithKey))
    .flatMap(({ rule, types }) => types.map((type) => `${rule}: ${type}`))
    .sort();

// Each synthesis checks 150 resources against four packs.
describe('explainedFindings', { timeout: 180_000 }, () => {
  it('explainedFindings: explains what the packs of cdk-nag find, and nothing that they do not find', () => {
    expect(found({ operators: ['ops@example.com'] })).toEqual(explained(false));
  });

  it("explainedFindings: a key of the customer's meets the rules about keys, but for the bucket of the access log", () => {
    expect(found({ operators: ['ops@example.com'], kmsKeyArn })).toEqual(explained(true));
  });

  it('explainedFindings: docs/security-checks.md has the table', () => {
    const file = new URL('../docs/security-checks.md', import.meta.url);
    expect(readFileSync(file, 'utf8')).toContain(findingsTable());
  });
});
