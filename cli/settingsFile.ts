import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { GateloopError } from '../core/errors.ts';
import { type EmulatorSettings, parseSettings } from '../local/agentcore/settings/parseSettings.ts';
import { invalidOption } from './errorReport.ts';

/** `--settings` of the commands that start the AgentCore emulator. */
export const settingsOption = (): Option =>
  new Option(
    '--settings <file>',
    'settings of the AgentCore emulator in JSON, with the members latencies, behaviors, quotas and faults (see docs/emulator.md); a file, or the JSON itself',
  );

/** @throws CommandError `InvalidOption` that names the setting */
export function readSettings(text: string): EmulatorSettings {
  const json = readJson('--settings', text);
  try {
    return parseSettings(json);
  } catch (error) {
    if (error instanceof GateloopError) throw invalidOption(`--settings: ${error.message}`);
    throw error;
  }
}

/**
 * @param text JSON, or the path of a file with JSON
 * @throws CommandError `InvalidOption`
 */
export function readJson(option: string, text: string): unknown {
  try {
    return JSON.parse(/^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8'));
  } catch (error) {
    throw invalidOption(`${option} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
