import type { Path } from '../problem.ts';
import { type FieldReader, readBoolean, readEnum, readFields, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { describeValue, type Tree } from './tree.ts';

/** When a changed tool schema needs the owner's yes before it is applied. */
export type ApprovalRule = 'never' | 'breaking' | 'always';
export const approvalRules = ['never', 'breaking', 'always'] as const satisfies readonly ApprovalRule[];

/** How long Gateloop waits for a person's consent, in seconds since it first asked. */
export interface AuthorizationSettings {
  /** When to remind, in rising order. */
  readonly remindAfter: readonly number[];
  /** When to ask the workspace's second contact, `owners.escalation`. */
  readonly escalateAfter: number;
  /** When the request lapses and the target's outcome becomes a failure. */
  readonly expireAfter: number;
}

/** What may be set for one target as well as for the workspace. */
export interface TargetSettings {
  /** Seconds between synchronisations of an MCP server target's tools; `never` leaves them to people. */
  readonly resync: number | 'never';
  readonly approve: ApprovalRule;
  readonly authorization: AuthorizationSettings;
}

/** How a workspace is kept in step. */
export interface Settings extends TargetSettings {
  /** Whether resources that left the manifest are deleted. */
  readonly prune: boolean;
  /** Whether changes made by hand are undone. */
  readonly selfHeal: boolean;
}

/** The settings that a manifest gives; the rest are defaults. */
export type GivenTargetSettings = Partial<Omit<TargetSettings, 'authorization'>> & {
  readonly authorization?: Partial<AuthorizationSettings>;
};
export type GivenSettings = GivenTargetSettings & Partial<Pick<Settings, 'prune' | 'selfHeal'>>;

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Whatever writes, deletes or asks people without being told to is off until a team turns it on. */
export const defaultSettings: Settings = {
  prune: false,
  selfHeal: false,
  resync: 'never',
  approve: 'never',
  authorization: { remindAfter: [HOUR, DAY, 3 * DAY], escalateAfter: 5 * DAY, expireAfter: 7 * DAY },
};

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { minute: 60, hour: HOUR, day: DAY };

/** Standard executions of Step Functions, which wait for the person, live one year. */
const MAX_DURATION = 364 * DAY;

/** EventBridge's own rule for rate(): the unit is singular for 1 and plural for more. */
const DURATION = '(?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\\d{1,5}) (?:minutes|hours|days))';
/** As JSON Schema writes them. */
export const durationPattern = `^${DURATION}$`;
export const ratePattern = `^rate\\(${DURATION}\\)$`;

/** @returns seconds of `6 hours`, or undefined where the text is no duration */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  const [count, unit = ''] = text.split(' ');
  return Number(count) * (SECONDS_PER_UNIT[unit.replace(/s$/, '')] ?? 0);
}

/** Reads the settings of a workspace. */
export function readSettings(tree: Tree, path: Path, report: Report): GivenSettings {
  return readFields<GivenSettings>(tree, path, report, {
    prune: readBoolean,
    selfHeal: readBoolean,
    ...targetReaders,
  });
}

/** Reads the settings of one target. */
export function readTargetSettings(tree: Tree, path: Path, report: Report): GivenTargetSettings {
  return readFields<GivenTargetSettings>(tree, path, report, targetReaders);
}

/** @returns the settings of the outer level with those of the inner in their place */
export function mergeSettings<S extends TargetSettings>(outer: S, given: GivenSettings): S {
  return { ...outer, ...given, authorization: { ...outer.authorization, ...given.authorization } };
}

/** Reports waits that contradict each other, once the levels are merged. */
export function checkAuthorization({ authorization }: TargetSettings, path: Path, report: Report): void {
  const { remindAfter, escalateAfter, expireAfter } = authorization;
  const expected = 'remindAfter and escalateAfter earlier than expireAfter';
  if (escalateAfter >= expireAfter || remindAfter.some((time) => time >= expireAfter)) {
    report.error([...path, 'authorization'], 'The request would lapse before everyone was asked.', {
      expected,
    });
  }
}

const readResync: FieldReader<number | 'never'> = (tree, path, report) => {
  const expected = 'never, or a rate such as rate(6 hours)';
  const text = readString(tree, path, report, expected);
  if (text === undefined || text === 'never') return text;
  const seconds = text.startsWith('rate(') ? parseDuration(text.slice(5, -1)) : undefined;
  if (!new RegExp(ratePattern).test(text) || seconds === undefined || seconds > MAX_DURATION) {
    report.error(path, 'This is not a rate between 1 minute and 364 days.', { expected });
    return undefined;
  }
  return seconds;
};

const readDuration: FieldReader<number> = (tree, path, report) => {
  const expected = 'a time such as 1 hour, 3 days or 30 minutes';
  const text = readString(tree, path, report, expected);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds > MAX_DURATION) {
    report.error(path, 'This is not a time between 1 minute and 364 days.', { expected });
    return undefined;
  }
  return seconds;
};

const readReminders: FieldReader<readonly number[]> = (tree, path, report) => {
  if (tree.type !== 'sequence') {
    report.error(path, `This is ${describeValue(tree)}.`, {
      expected: 'a list of times, such as [1 hour, 1 day]',
    });
    return undefined;
  }
  if (tree.items.length > 10)
    report.error(path, 'Ten reminders are the most.', { expected: 'a shorter list' });
  const times = tree.items.map((item, index) => readDuration(item, [...path, index], report));
  const given = times.filter((time) => time !== undefined);
  if (given.length !== times.length) return undefined;
  if (given.some((time, index) => index > 0 && time <= (given[index - 1] ?? 0))) {
    report.error(path, 'Each reminder must come later than the one before it.', { expected: 'rising times' });
    return undefined;
  }
  return given;
};

const readAuthorization: FieldReader<Partial<AuthorizationSettings>> = (tree, path, report) =>
  readFields<Partial<AuthorizationSettings>>(tree, path, report, {
    remindAfter: readReminders,
    escalateAfter: readDuration,
    expireAfter: readDuration,
  });

const targetReaders = {
  resync: readResync,
  approve: readEnum(approvalRules),
  authorization: readAuthorization,
};
