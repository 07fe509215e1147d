import { guardrailsSchema } from '../core/guardrails/guardrailsSchema.ts';
import { writeGenerated } from './docs/generatedFile.ts';

await writeGenerated({
  script: 'docs:guardrails',
  path: 'docs/guardrails.schema.json',
  summary: "write the JSON Schema of the operators' guardrails",
  generate: () => `${JSON.stringify(guardrailsSchema(), null, 1)}\n`,
});
