import { formatPath, type Path } from '../problem.ts';

/** What places in a record are called by people who have never seen its JSON. `*` stands for any one step. */
const labels: readonly (readonly [path: readonly string[], words: string])[] = [
  [['name'], 'Name'],
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
  [['server', 'remotes', '*', 'type'], 'How the server is spoken to'],
  [['server', 'remotes', '*', 'headers'], 'What the server wants to be sent'],
  [['server', 'packages'], 'What people install on their own machines'],
  [['server'], 'The whole server'],
  [['tools'], 'All tools'],
];

/** @returns what the place is called; a place without a word of its own is called by its path */
export function labelFor(path: Path): string {
  const known = labels.find(
    ([pattern]) =>
      pattern.length === path.length && pattern.every((step, at) => step === '*' || step === path[at]),
  );
  if (known) return known[1];
  const [part, tool, ...rest] = path;
  if (part !== 'tools' || typeof tool !== 'string') return truncate(formatPath(path));
  const named = `Tool “${truncate(tool)}”`;
  if (rest.length === 0) return named;
  return `${named}: ${labelInTool(rest)}`;
}

function labelInTool(path: Path): string {
  const [member, properties, input, ...rest] = path;
  if (path.length === 1 && member === 'description') return 'description';
  if (member !== 'inputSchema' || properties !== 'properties' || input === undefined)
    return truncate(formatPath(path));
  const named = `input “${truncate(String(input))}”`;
  return rest.length === 0 ? named : `${named}, ${truncate(formatPath(rest))}`;
}

/** Of names; of what stands in a record, more is shown. */
const MAX_NAME_LENGTH = 100;

/** @returns a stranger's words on one line: they may be as long as a record */
export function truncate(text: string, maxLength = MAX_NAME_LENGTH): string {
  return withoutControlCharacters(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
}

/** @returns the text on one line, without what changes how the words around it are shown: strangers write messages too */
export function withoutControlCharacters(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ');
}

/** @returns the text on its lines, with every character that is not seen written out as JSON does, such as `\u202e` */
export function escapeInvisible(text: string): string {
  return text.replaceAll(
    /[^\P{C}\n]/gu,
    (hidden) => `\\u${(hidden.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
