import { readFileSync } from 'node:fs';
import { boundNames, bounds } from '../core/iam/bounds.ts';
import { roleUseNames, roleUses } from '../core/iam/roleNeeds.ts';
import type { Conditions } from '../core/iam/statement.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { sources } from '../infra/iam/requiredAction.ts';
import { requiredActions } from '../infra/iam/requiredActions.ts';
import { unscopableActions } from '../infra/permissions.ts';
import { writeGenerated } from './docs/generatedFile.ts';
import { markdownTable, replaceRegions } from './docs/generatedRegions.ts';

const FILE = 'docs/permissions.md';
const code = (text: string) => `\`${text}\``;
const lines = (items: readonly string[]) => [...new Set(items)].join('<br>');

/** An ARN without what all have in common: `gateway/*` for an action of AgentCore, `iam:role/…` for another service's. */
function shortForm(form: string, action: string): string {
  const [, service = '', resource] = /^arn:\{partition\}:([^:]*):[^:]*:[^:]*:(.*)$/.exec(form) ?? [];
  if (resource === undefined) return form;
  return action.startsWith(`${service}:`) ? resource : `${service}:${resource}`;
}

function conditionText(conditions: Conditions = {}): string {
  return lines(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => code(`${operator} ${key} ${[values].flat().join(', ')}`)),
    ),
  );
}

/** One row for each action with its resources and conditions; the calls that need it stand together. */
function callTable(): string {
  const rows = Map.groupBy(requiredActions, ({ action, on, conditions, source }) =>
    JSON.stringify([action, on, conditions ?? {}, source]),
  );
  return markdownTable(
    ['action', 'on', 'if', 'because of the calls', 'by', 'source'],
    [...rows.values()]
      .flatMap((same) => {
        const [first] = same;
        if (!first) return [];
        const { action, on, conditions, source } = first;
        return [
          [
            code(action),
            lines(on.map((form) => code(shortForm(form, action)))),
            conditionText(conditions),
            lines(same.map(({ call }) => call)),
            lines(same.flatMap(({ callers }) => callers.map(code))),
            source,
          ],
        ];
      })
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b))),
  );
}

const functionTable = markdownTable(
  ['function', 'may'],
  Object.entries(functionCatalog).map(([name, { permissions }]) => [
    code(name),
    permissions.map(code).join(' '),
  ]),
);

const unscopable = markdownTable(
  ['action', 'reason'],
  Object.entries(unscopableActions).map(([action, reason]) => [code(action), reason]),
);

const ROLE_PLACE = { partition: 'aws', region: 'REGION', account: 'ACCOUNT' };

const roleTable = markdownTable(
  ['use', 'the role of', 'actions', 'on', 'source'],
  roleUseNames.flatMap((use) => {
    const { title, example, statements, source } = roleUses[use];
    return statements(ROLE_PLACE, { owner: 'NAME', subject: example }).map(
      ({ actions, resources, conditions }) => [
        code(use),
        title,
        lines(actions.map(code)),
        lines([
          ...resources.map((resource) => code(resource.replace('arn:aws:', ''))),
          ...(conditions ? [`if ${conditionText(conditions)}`] : []),
        ]),
        source.startsWith('https:') ? `[guide](${source})` : source,
      ],
    );
  }),
);

const sourceTable = markdownTable(
  ['source', 'is'],
  Object.entries(sources).map(
    ([name, source]: [string, { readonly title: string; readonly url?: string }]) => [
      name,
      source.url === undefined ? source.title : `[${source.title}](${source.url})`,
    ],
  ),
);

const boundTable = markdownTable(
  ['setting', 'condition key', 'in'],
  boundNames.map((name) => [
    code(`bounds.${name}`),
    code(bounds[name].conditionKey),
    bounds[name].operations.map(code).join(' '),
  ]),
);

await writeGenerated({
  script: 'docs:permissions',
  path: FILE,
  summary: `write the tables of ${FILE} from the table of calls`,
  generate: () =>
    replaceRegions(readFileSync(new URL(`../${FILE}`, import.meta.url), 'utf8'), {
      functions: functionTable,
      bounds: boundTable,
      calls: callTable(),
      sources: sourceTable,
      roles: roleTable,
      'all-resources': unscopable,
    }),
});
