import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { isException } from '../../adapters/awsError.ts';

/** One line of a log group. */
export interface RawLine {
  readonly group: string;
  readonly id: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly message: string;
}

/** CloudWatch Logs shows an event up to this time after a later one. In ms. */
const MAX_LATENESS = 30_000;

/** Reads log groups from a time on, and goes on with what is new at each read. */
export class LogReader {
  readonly #client: CloudWatchLogsClient;
  readonly #groups: readonly string[];
  #from: number;
  /** What was read of the time that is read again, by group and id. */
  #seen = new Map<string, number>();

  /** @param since in ms since the epoch */
  constructor(client: CloudWatchLogsClient, groups: readonly string[], since: number) {
    this.#client = client;
    this.#groups = groups;
    this.#from = since;
  }

  /** @returns the lines that were not read before, in the order of their times; a group that does not exist has none */
  async read(): Promise<RawLine[]> {
    const read = await Promise.all(this.#groups.map((group) => this.#readGroup(group)));
    const fresh = read
      .flat()
      .filter((line) => !this.#seen.has(keyOf(line)))
      .sort((one, other) => one.time - other.time);
    for (const line of fresh) this.#seen.set(keyOf(line), line.time);
    const latest = fresh.at(-1)?.time ?? this.#from;
    this.#from = Math.max(this.#from, latest - MAX_LATENESS);
    this.#seen = new Map([...this.#seen].filter(([, time]) => time >= this.#from));
    return fresh;
  }

  async #readGroup(group: string): Promise<RawLine[]> {
    const lines: RawLine[] = [];
    const pages = paginateFilterLogEvents(
      { client: this.#client },
      { logGroupName: group, startTime: this.#from },
    );
    try {
      for await (const { events = [] } of pages)
        for (const { eventId: id = '', timestamp: time = 0, message = '' } of events)
          lines.push({ group, id, time, message });
    } catch (error) {
      if (!isException(error, 'ResourceNotFoundException')) throw error;
    }
    return lines;
  }
}

function keyOf({ group, id }: RawLine): string {
  return `${group} ${id}`;
}
