import { type CronExpression, parseCron } from '../cron.ts';
import type { Path } from '../problem.ts';
import { isWorkspaceName, workspaceNameRule } from '../storage/uploads.ts';
import { counted } from '../text/counted.ts';
import { type FieldReader, readBoolean, readEnum, readFields, readString } from './readFields.ts';
import type { Report } from './report.ts';
import { type RolloutSettings, readRollout } from './rolloutSettings.ts';
import { describeValue, type Tree } from './tree.ts';

/** Which changes of a tool schema the owner must approve before Gateloop applies them. */
export type ApprovalRule = 'never' | 'breaking' | 'always';
export const approvalRules = ['never', 'breaking', 'always'] as const satisfies readonly ApprovalRule[];

/** How long Gateloop waits for a person's authorization, in seconds since the first request. */
export interface AuthorizationSettings {
  /** When Gateloop reminds the owner, in ascending order. */
  readonly remindAfter: readonly number[];
  /** When Gateloop asks `owners.escalation`. */
  readonly escalateAfter: number;
  /** When the request expires and the target fails. */
  readonly expireAfter: number;
}

/** When the tools of a target are synchronized: every so many seconds, at the times of an expression in UTC, or never. */
export type Resync = number | CronExpression | 'never';

/** The settings that a target may override. */
export interface TargetSettings {
  /** For the targets of MCP servers; with `never` only people synchronize their tools. */
  readonly resync: Resync;
  readonly approve: ApprovalRule;
  readonly authorization: AuthorizationSettings;
}

/** How Gateloop reconciles a workspace. */
export interface Settings extends TargetSettings {
  /** Whether Gateloop deletes resources that were removed from the manifest. */
  readonly prune: boolean;
  /** Whether Gateloop reverts changes made outside Gateloop. */
  readonly selfHeal: boolean;
  /** The workspace whose resources this one takes over, once that one's upload is gone. */
  readonly movedFrom?: string;
  readonly rollout?: RolloutSettings;
}

/** The target settings that a manifest contains; defaults apply to the rest. */
export type GivenTargetSettings = Partial<Omit<TargetSettings, 'authorization'>> & {
  readonly authorization?: Partial<AuthorizationSettings>;
};
export type GivenSettings = GivenTargetSettings &
  Partial<Pick<Settings, 'prune' | 'selfHeal' | 'movedFrom' | 'rollout'>>;

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Everything that deletes, reverts or asks people is off until a team turns it on. */
export const defaultSettings: Settings = {
  prune: false,
  selfHeal: false,
  resync: 'never',
  approve: 'never',
  authorization: { remindAfter: [HOUR, DAY, 3 * DAY], escalateAfter: 5 * DAY, expireAfter: 7 * DAY },
};

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { minute: 60, hour: HOUR, day: DAY };

/** A standard execution of Step Functions, which waits for the person, may run for one year. */
const MAX_DURATION = 364 * DAY;

/** As EventBridge's rate(): the unit is singular for 1 and plural for more. */
const DURATION = '(?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\\d{1,5}) (?:minutes|hours|days))';
/** The patterns for JSON Schema. */
export const durationPattern = `^${DURATION}$`;
export const ratePattern = `^rate\\(${DURATION}\\)$`;
/** The shape only: six fields, one of the two for days a question mark. */
export const cronPattern =
  '^cron\\(\\s*(\\S+\\s+){2}(\\?\\s+\\S+\\s+[^?\\s]+|[^?\\s]+\\s+\\S+\\s+\\?)\\s+[^\\s)]+\\s*\\)$';

/** @returns the duration in seconds of a text such as `6 hours`, or undefined if the text is not a duration */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  const [count, unit = ''] = text.split(' ');
  return Number(count) * (SECONDS_PER_UNIT[unit.replace(/s$/, '')] ?? 0);
}

/** @returns the spelling of a duration such as `1 hours`, `rate(2 hour)` or `90m`; undefined if the text is not clear */
function correctDuration(text: string): string | undefined {
  const [, count, letter] =
    /^(?:rate)?\s*\(?\s*(\d{1,6})\s*([mhd])(?:in(?:ute)?s?|ours?|ays?)?\s*\)?$/i.exec(text) ?? [];
  const unit = Object.keys(SECONDS_PER_UNIT).find((name) => name[0] === letter?.toLowerCase());
  const spelling = counted(Number(count), `${unit}`);
  const seconds = parseDuration(spelling);
  return seconds !== undefined && seconds <= MAX_DURATION ? spelling : undefined;
}

/** Reads `settings` of the workspace. */
export function readSettings(tree: Tree, path: Path, report: Report): GivenSettings {
  return readFields<GivenSettings>(tree, path, report, {
    prune: readBoolean,
    selfHeal: readBoolean,
    movedFrom: readWorkspaceName,
    rollout: readRollout,
    ...targetReaders,
  });
}

/** Reads `settings` of one target. */
export function readTargetSettings(tree: Tree, path: Path, report: Report): GivenTargetSettings {
  return readFields<GivenTargetSettings>(tree, path, report, targetReaders);
}

/** @returns the outer settings, overridden by the given ones */
export function mergeSettings<S extends TargetSettings>(outer: S, given: GivenSettings): S {
  return { ...outer, ...given, authorization: { ...outer.authorization, ...given.authorization } };
}

/** Reports a reminder or an escalation that would come after the request has expired. */
export function checkAuthorization({ authorization }: TargetSettings, path: Path, report: Report): void {
  const { remindAfter, escalateAfter, expireAfter } = authorization;
  const expected = 'remindAfter and escalateAfter earlier than expireAfter';
  if (escalateAfter >= expireAfter || remindAfter.some((time) => time >= expireAfter)) {
    report.error(
      [...path, 'authorization'],
      'The request would expire before the last reminder or the escalation.',
      { expected },
    );
  }
}

const readWorkspaceName: FieldReader<string> = (tree, path, report) => {
  const expected = 'the earlier name of this workspace';
  const text = readString(tree, path, report, expected);
  if (text === undefined || isWorkspaceName(text)) return text;
  report.error(path, `This is no name of a workspace: a name has ${workspaceNameRule}.`, { expected });
  return undefined;
};

/** No expression needs an occurrence before: Gateloop is younger. In ms since the epoch. */
const FIRST_OCCURRENCE_AFTER = Date.UTC(2026, 0, 1);

const readResync: FieldReader<Resync> = (tree, path, report) => {
  const expected = 'never, a rate such as rate(6 hours), or cron(0 6 ? * MON-FRI *) in UTC';
  const text = readString(tree, path, report, expected);
  if (text === undefined || text === 'never') return text;
  if (isCron(text)) return checkedCron(text, path, report);
  const seconds = text.startsWith('rate(') ? parseDuration(text.slice(5, -1)) : undefined;
  if (!new RegExp(ratePattern).test(text) || seconds === undefined || seconds > MAX_DURATION) {
    const spelling = correctDuration(text);
    if (spelling !== undefined)
      report.error(path, 'This is not how a rate is written.', { suggestion: `rate(${spelling})` });
    else if (/^rate\(\s*\d+\s*s(ec(ond)?s?)?\s*\)$/i.test(text))
      report.error(
        path,
        'Gateloop looks for due synchronizations once a minute, and keeps no shorter rate.',
        {
          suggestion: 'rate(1 minute)',
        },
      );
    else report.error(path, 'This is not a rate between 1 minute and 364 days.', { expected });
    return undefined;
  }
  return seconds;
};

function isCron(text: string): text is CronExpression {
  return text.startsWith('cron(');
}

function checkedCron(text: CronExpression, path: Path, report: Report): CronExpression | undefined {
  const next = parseCron(text);
  if (next?.(FIRST_OCCURRENCE_AFTER) !== undefined) return text;
  const expected =
    'six fields as EventBridge has them: minute, hour, day of month, month, day of week, year; "?" for exactly one of the two days';
  report.error(path, next ? 'This time never comes.' : 'This is not a cron expression of EventBridge.', {
    expected,
  });
  return undefined;
}

const readDuration: FieldReader<number> = (tree, path, report) => {
  const expected = 'a duration such as 1 hour, 3 days or 30 minutes';
  const text = readString(tree, path, report, expected);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds > MAX_DURATION) {
    const suggestion = correctDuration(text);
    if (suggestion === undefined)
      report.error(path, 'This is not a duration between 1 minute and 364 days.', { expected });
    else report.error(path, 'This is not how a duration is written.', { suggestion });
    return undefined;
  }
  return seconds;
};

const readReminders: FieldReader<readonly number[]> = (tree, path, report) => {
  if (tree.type !== 'sequence') {
    report.error(path, `This is ${describeValue(tree)}.`, {
      expected: 'a list of durations, such as [1 hour, 1 day]',
    });
    return undefined;
  }
  if (tree.items.length > 10)
    report.error(path, `This list has ${tree.items.length} reminders.`, { expected: 'at most 10' });
  const times = tree.items.map((item, index) => readDuration(item, [...path, index], report));
  const given = times.filter((time) => time !== undefined);
  if (given.length !== times.length) return undefined;
  if (given.some((time, index) => index > 0 && time <= (given[index - 1] ?? 0))) {
    report.error(path, 'Each reminder must come later than the one before it.', {
      expected: 'durations in ascending order',
    });
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
