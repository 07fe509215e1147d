import { type Rule, runRules, type UnlocatedProblem } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';

interface Sizes {
  readonly uploaded: number;
  readonly canonical: number;
  readonly inline: boolean;
}

const source = 'AgentCore developer guide, quotas: 1 MB inline, 10 MB in S3';

const sizeRules: readonly Rule<Sizes>[] = [
  {
    id: 'schema-size-inline',
    severity: 'error',
    source,
    *check({ uploaded, inline }) {
      if (!inline || uploaded <= schemaLimits.inlineBytes) return;
      const message = `The inline schema has ${uploaded} bytes. Put it into a file and name it with "file:".`;
      yield { pointer: '', message, expected: `at most ${schemaLimits.inlineBytes} bytes` };
    },
  },
  {
    id: 'schema-size-s3',
    severity: 'error',
    source,
    *check({ canonical }) {
      if (canonical <= schemaLimits.canonicalBytes) return;
      const message = `The schema has ${canonical} bytes without white space. Leave operations out, or split it over several targets.`;
      yield { pointer: '', message, expected: `at most ${schemaLimits.canonicalBytes} bytes` };
    },
  },
];

/** @returns what is wrong with the size of a schema that could be read */
export function checkSize(sizes: Sizes): UnlocatedProblem[] {
  return runRules(sizeRules, sizes);
}
