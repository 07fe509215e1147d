import { guardrailsSchema } from '../core/guardrails/guardrailsSchema.ts';
import { writeGenerated } from './docs/generatedFile.ts';

/** `npm run docs:guardrails`: writes the JSON Schema of the operators' guardrails. */
writeGenerated(
  'docs/guardrails.schema.json',
  `${JSON.stringify(guardrailsSchema(), null, 1)}\n`,
  'docs:guardrails',
);
