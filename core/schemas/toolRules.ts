import { type Rule, runRules } from './rule.ts';
import { schemaLimits, toolNameSeparator } from './schemaLimits.ts';
import type { LocatedTool, SchemaOptions, UnlocatedProblem } from './schemaTypes.ts';

interface ToolSet {
  readonly tools: readonly LocatedTool[];
  /** `<target>___`, or empty if the target is not known. */
  readonly prefix: string;
}

const quotas = 'AgentCore developer guide, quotas';

const toolRules: readonly Rule<ToolSet>[] = [
  {
    id: 'tool-count',
    severity: 'error',
    source: quotas,
    *check({ tools }) {
      const first = tools[schemaLimits.toolsPerTarget];
      if (first === undefined) return;
      const message = `The schema defines ${tools.length} tools; this is the first one above the limit. Split the schema across several targets.`;
      yield { pointer: first.pointer, message, expected: `at most ${schemaLimits.toolsPerTarget} tools` };
    },
  },
  {
    id: 'tool-name-length',
    severity: 'error',
    source: quotas,
    *check({ tools, prefix }) {
      for (const { tool, pointer } of tools) {
        const length = prefix.length + tool.name.length;
        if (length <= schemaLimits.toolNameLength) continue;
        const message = `The tool's full name "${prefix}${tool.name.slice(0, 40)}…" has ${length} characters. Shorten it.`;
        yield { pointer, message, expected: `at most ${schemaLimits.toolNameLength} characters` };
      }
    },
  },
  {
    id: 'tool-name-unique',
    severity: 'error',
    source: 'Model Context Protocol, tools: a name identifies one tool',
    *check({ tools }) {
      const pointers = new Map<string, string>();
      for (const { tool, pointer } of tools) {
        const first = pointers.get(tool.name);
        if (first === undefined) pointers.set(tool.name, pointer);
        else
          yield {
            pointer,
            message: `Duplicate tool name "${tool.name.slice(0, 120)}": ${first} has it already. Choose another name.`,
          };
      }
    },
  },
  {
    id: 'tool-name-portable',
    severity: 'warning',
    source:
      'AgentCore developer guide, OpenAPI targets: names outside a model’s tool specification fail at run time',
    *check({ tools, prefix }) {
      for (const { tool, pointer } of tools) {
        const name = `${prefix}${tool.name}`;
        // The rule tool-name-length reports longer names.
        if (name.length > schemaLimits.toolNameLength) continue;
        if (/^[\w-]+$/.test(name) && name.length <= schemaLimits.portableToolNameLength) continue;
        const message = `Some models do not accept the tool name "${name}".`;
        const expected = `up to ${schemaLimits.portableToolNameLength} letters, digits, "_" and "-"`;
        yield { pointer, message, expected };
      }
    },
  },
  {
    id: 'tool-description',
    severity: 'warning',
    source: 'Gateloop: an agent chooses a tool by its description',
    *check({ tools }) {
      for (const { tool, pointer } of tools) {
        if (tool.description.trim() === '')
          yield {
            pointer,
            message: `The tool "${tool.name}" has no description. Describe what it does and when to use it.`,
          };
      }
    },
  },
];

/** Checks the tools of a schema of any kind. */
export function checkTools(tools: readonly LocatedTool[], { targetName }: SchemaOptions): UnlocatedProblem[] {
  const namePrefix = targetName === undefined ? '' : `${targetName}${toolNameSeparator}`;
  return runRules(toolRules, { tools, prefix: namePrefix });
}
