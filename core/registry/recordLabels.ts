import { formatPath, type Path } from '../problem.ts';
import { visible } from '../text/visible.ts';

const SKILL = ['agentSkillsDefinition', 'additionalData'];
const URL_OF_SOURCE = ['source', 'fromUrl', 'url'];

/** Labels of paths in a record, for people who do not know its JSON. `*` matches any one step. */
const labels: readonly (readonly [path: readonly string[], label: string])[] = [
  [['name'], 'Name'],
  [['displayName'], 'Display name'],
  [['description'], 'Description'],
  [['kind'], 'Kind'],
  [['server', 'name'], "Server's own name"],
  [['server', 'title'], "Server's title"],
  [['server', 'description'], "Server's description"],
  [['server', 'version'], 'Version'],
  [['server', 'websiteUrl'], 'Website'],
  [['server', 'repository'], 'Source code'],
  [['server', 'repository', 'url'], 'Source code'],
  [['server', 'remotes'], 'Server addresses'],
  [['server', 'remotes', '*'], 'Server address'],
  [['server', 'remotes', '*', 'url'], 'Server address'],
  [['server', 'remotes', '*', 'type'], 'Protocol of the server'],
  [['server', 'remotes', '*', 'headers'], 'Headers that the server requires'],
  [['server', 'packages'], 'Packages to install locally'],
  [['server'], 'The whole server'],
  [['tools'], 'All tools'],
  [['source'], 'Where the registry reads it'],
  [['source', 'fromUrl', 'url'], 'Where the registry reads it'],
  [[...SKILL, 'skillMd', 'data'], 'Instructions of the skill (SKILL.md)'],
  [[...SKILL, 'skillMd', ...URL_OF_SOURCE], 'Where the registry reads the instructions'],
  [[...SKILL, 'skillPackage', ...URL_OF_SOURCE], 'Where the registry reads the skill package'],
  [['a2aAgentCard', 'data', 'name'], "Agent's own name"],
  [['a2aAgentCard', 'data', 'description'], "Agent's description"],
  [['a2aAgentCard', 'data', 'version'], 'Version'],
  [['a2aAgentCard', 'data', 'url'], "Agent's address"],
  [['a2aAgentCard', ...URL_OF_SOURCE], 'Where the registry reads it'],
  [['http', ...URL_OF_SOURCE], "Agent's address"],
  [['agui', ...URL_OF_SOURCE], "Agent's address"],
  [['customMetadata'], 'Custom metadata'],
  [['package'], 'The files of the skill package (SHA-256)'],
];

/** @returns the label of a path; the path itself where it has no label */
export function labelFor(path: Path): string {
  const known = labels.find(
    ([pattern]) =>
      pattern.length === path.length && pattern.every((step, at) => step === '*' || step === path[at]),
  );
  if (known) return known[1];
  const [part, tool, ...rest] = path;
  if (part !== 'tools' || typeof tool !== 'string') return formatPath(path);
  const named = `Tool “${visible(tool)}”`;
  if (rest.length === 0) return named;
  return `${named}: ${labelInTool(rest)}`;
}

function labelInTool(path: Path): string {
  const [member, properties, input, ...rest] = path;
  if (path.length === 1 && member === 'description') return 'description';
  if (member !== 'inputSchema' || properties !== 'properties' || input === undefined) return formatPath(path);
  const named = `input “${visible(String(input))}”`;
  return rest.length === 0 ? named : `${named}, ${formatPath(rest)}`;
}
