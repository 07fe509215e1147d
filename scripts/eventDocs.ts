import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asText, isJsonObject, type JsonObject } from '../core/json.ts';
import { kindNames } from '../core/resources/resourceKinds.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { writeGeneratedFiles } from './docs/generatedFile.ts';
import { markdownTable } from './docs/generatedRegions.ts';

/** `npm run docs:events`: writes the kinds into the schemas of events, and the reference from these and the samples. */
const FOLDER = 'events/published';
const SCHEMA = '.schema.json';

interface EventSchema {
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly properties: { readonly detail: JsonObject };
}

const names = readdirSync(join(packageRoot, FOLDER))
  .filter((file) => file.endsWith(SCHEMA))
  .map((file) => file.slice(0, -SCHEMA.length));

const read = (file: string) => readFileSync(join(packageRoot, FOLDER, file), 'utf8');

const anchor = (title: string) => title.toLowerCase().replaceAll(' ', '-');

const introduction = (schemas: readonly EventSchema[]) => `# Events

Gateloop publishes what happens on the event bus \`gateloop-ENVIRONMENT\`, the output \`EventBusName\` of the stack. The source of each
event is \`gateloop\`. Generated from [\`events/published/\`](../events/published): \`npm run docs:events\`.

${markdownTable(
  ['detail-type', 'published when'],
  schemas.map(({ title, description }) => [`[${title}](#${anchor(title)})`, description]),
)}

- **Versions.** The last part of a schema's \`$id\` is its version. Members may be added within a version, so that a reader should
  ignore what it does not know; a member changes its meaning, or goes, with a new version.
- **Delivery.** EventBridge delivers an event at least once, and in no order. The time is in \`detail.time\`, simulated on the embedded
  AWS.
- **Secrets.** No event has a secret, a task token or a link of AWS's authorization. \`Authorization Required\` has the durable link of a
  request: protect the rules and queues that get it like the mail to the person. The stack's log of events leaves it out.
- **Looking.** \`npx gateloop events --follow\` shows the events of an environment, but for \`Authorization Required\`; with \`--local\`
  those of an \`npm start\`, which prints the address of its EventBridge.

A rule for the failures of two workspaces, in CDK:

\`\`\`ts
new Rule(this, 'Failures', {
  eventBus: gateloop.eventBus,
  eventPattern: { source: ['gateloop'], detailType: ['Resource Failed'], detail: { workspace: ['payments', 'orders'] } },
  targets: [new SnsTopic(topic)],
});
\`\`\`
`;

function section(name: string, { $id, title, description, properties: { detail } }: EventSchema): string {
  const sample: JsonObject = JSON.parse(read(`${name}.sample.json`));
  const pattern = {
    source: ['gateloop'],
    'detail-type': [title],
    detail: { workspace: [workspaceIn(sample)] },
  };
  return [
    `## ${title}`,
    description,
    `Schema: [\`${$id}\`](../${FOLDER}/${name}${SCHEMA})`,
    markdownTable(['member of detail', 'type', 'is there', 'holds'], membersOf(detail)),
    `An example:`,
    fenced('json', read(`${name}.sample.json`)),
    'A pattern for a rule:',
    fenced('json', JSON.stringify(pattern)),
  ].join('\n\n');
}

/** An event without a workspace is about all of them. */
function workspaceIn({ detail }: JsonObject): string {
  return isJsonObject(detail) && typeof detail.workspace === 'string' ? detail.workspace : 'payments';
}

function membersOf({ properties, required }: JsonObject): string[][] {
  const always = new Set(Array.isArray(required) ? required : []);
  const members = isJsonObject(properties) ? Object.entries(properties) : [];
  return members.map(([name, schema]) => {
    const { description, ...rest } = isJsonObject(schema) ? schema : {};
    const isThere = always.has(name) ? 'always' : 'sometimes';
    return [`\`${name}\``, typeOf(rest), isThere, asText(description)];
  });
}

function typeOf({ type, enum: values, oneOf }: JsonObject): string {
  if (Array.isArray(values)) return values.map((value) => `\`${asText(value)}\``).join(', ');
  if (Array.isArray(oneOf)) return `one of ${oneOf.length} kinds of object`;
  return asText(type);
}

function fenced(language: string, text: string): string {
  return [`\`\`\`${language}`, text.trim(), '```'].join('\n');
}

/** @returns the text of a schema, each list of the kinds of resource being that of the catalog */
function withKinds(schema: string): string {
  return schema.replaceAll(
    /(?<start>"kind": \{\n(?<indent> *)"enum": \[)\n *"gateway",[^\]]*\]/g,
    (_, start: string, indent: string) => {
      const values = kindNames.map((kind) => `\n${indent}  "${kind}"`);
      return `${start}${values.join(',')}\n${indent}]`;
    },
  );
}

function reference(): string {
  const schemas = names.map((name): [string, EventSchema] => [name, JSON.parse(read(name + SCHEMA))]);
  const sections = schemas.map(([name, schema]) => section(name, schema));
  return [introduction(schemas.map(([, schema]) => schema)), ...sections, '']
    .join('\n')
    .replace(/\n+$/, '\n');
}

await writeGeneratedFiles({
  script: 'docs:events',
  summary:
    'write the kinds of resource into the schemas of events, and the reference of the events from these',
  files: [
    ...names.map((name) => ({
      path: `${FOLDER}/${name}${SCHEMA}`,
      generate: () => withKinds(read(name + SCHEMA)),
    })),
    { path: 'docs/events.md', generate: reference },
  ],
});
