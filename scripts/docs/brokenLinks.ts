import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Finds the relative links of a Markdown document that lead nowhere: the file does not exist, or it has no heading for the
 * link's anchor.
 *
 * @param path relative to `root`
 * @returns one sentence for each broken link
 */
export function brokenLinks(root: string, path: string): string[] {
  const links = [...withoutCode(readFileSync(join(root, path), 'utf8')).matchAll(/\]\(([^()\s]+)\)/g)];
  return links.flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [target = '', anchor] = link.split('#');
    const file = target === '' ? join(root, path) : join(root, dirname(path), target);
    if (!existsSync(file)) return [`${path}: ${link} leads to no file.`];
    if (anchor === undefined || statSync(file).isDirectory() || anchorsOf(file).has(anchor)) return [];
    return [`${path}: ${link} leads to no heading.`];
  });
}

function anchorsOf(file: string): ReadonlySet<string> {
  const headings = withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm);
  return new Set([...headings].map(([, heading = '']) => anchorOf(heading)));
}

/** GitHub's rule: lower case, hyphens for spaces, and no other punctuation. */
function anchorOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}
