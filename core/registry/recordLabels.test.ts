import { describe, expect, it } from 'vitest';
import type { Path } from '../problem.ts';
import { labelFor } from './recordLabels.ts';

describe('labelFor', () => {
  it.each<[Path, string]>([
    [['server', 'version'], 'Version'],
    [['server', 'remotes', 3, 'url'], 'Server address'],
    [['server', 'remotes', 3, 'url', 'x'], 'server.remotes[3].url.x'],
    [['agentSkillsDefinition', 'additionalData', 'skillMd', 'data'], 'Instructions of the skill (SKILL.md)'],
    [
      ['agentSkillsDefinition', 'additionalData', 'skillMd', 'source', 'fromUrl', 'url'],
      'Where the registry reads the instructions',
    ],
    [['agui', 'source', 'fromUrl', 'url'], "Agent's address"],
    [['agui', 'source', 'fromUrl'], 'agui.source.fromUrl'],
    [['server', 'other'], 'server.other'],
    [['other', 'find'], 'other.find'],
    [['tools'], 'All tools'],
    [['tools', 0], 'tools[0]'],
    [['tools', 'find'], 'Tool “find”'],
    [['tools', 'find', 'description'], 'Tool “find”: description'],
    [['tools', 'find', 'description', 'x'], 'Tool “find”: description.x'],
    [['tools', 'find', 'title'], 'Tool “find”: title'],
    [['tools', 'find', 'inputSchema', 'properties', 'city'], 'Tool “find”: input “city”'],
    [['tools', 'find', 'inputSchema', 'properties', 'city', 'type'], 'Tool “find”: input “city”, type'],
    [['tools', 'find', 'inputSchema', 'properties'], 'Tool “find”: inputSchema.properties'],
    [['tools', 'find', 'inputSchema', 'required', 0], 'Tool “find”: inputSchema.required[0]'],
    [['tools', 'find', 'outputSchema', 'properties', 'x'], 'Tool “find”: outputSchema.properties.x'],
  ])('labelFor: names the path %j', (path, label) => {
    expect(labelFor(path)).toBe(label);
  });

  it('labelFor: writes out what the untrusted names of tools and inputs hide', () => {
    expect(labelFor(['tools', 'a\u202eb', 'inputSchema', 'properties', 'c\nd'])).toBe(
      String.raw`Tool “a\u{202e}b”: input “c\u{a}d”`,
    );
  });
});
