/** Where an invocation belongs in a trace, as Lambda hands it down. */
export interface TraceContext {
  readonly traceId: string;
  readonly parentId: string;
}

/** What a subsegment takes from outside. */
export interface TracePorts {
  /** In ms since 1970. */
  readonly now: () => number;
  /** 16 hexadecimal digits, another each time. */
  readonly newId: () => string;
  /** Hands a document to the daemon of X-Ray. */
  readonly send: (document: string) => void;
}

/** What of a subsegment is said beside its name and times; see "AWS X-Ray segment documents" for the members. */
export interface Particulars {
  readonly namespace?: 'aws';
  readonly aws?: Readonly<Record<string, string | number>>;
  readonly http?: { readonly response: { readonly status: number } };
  /** The call was refused: 4xx. */
  readonly error?: boolean;
  /** The call was refused for being one too many: 429. */
  readonly throttle?: boolean;
  /** It failed: 5xx, an exception, or nobody answered. */
  readonly fault?: boolean;
  readonly cause?: { readonly exceptions: readonly TracedException[] };
}

interface TracedException {
  readonly id: string;
  readonly type: string;
  /** Absent where the words are not ours, and may repeat what was sent. */
  readonly message?: string;
  /** Whether it came from a service that was called. */
  readonly remote: boolean;
}

/** A part of an invocation. It is sent by itself when it is closed, since Lambda sends the segment around it. */
export class Subsegment {
  readonly id: string;
  readonly name: string;
  readonly #context: TraceContext | undefined;
  readonly #ports: TracePorts;
  readonly #startedAt: number;
  readonly #annotations: Record<string, string | number | boolean> = {};
  #particulars: Particulars = {};

  /** @param context absent where the invocation is not sampled: then nothing is sent */
  constructor(name: string, context: TraceContext | undefined, ports: TracePorts) {
    this.id = ports.newId();
    this.name = name;
    this.#context = context;
    this.#ports = ports;
    this.#startedAt = ports.now();
  }

  addNewSubsegment(name: string): Subsegment {
    const context = this.#context && { ...this.#context, parentId: this.id };
    return new Subsegment(name, context, this.#ports);
  }

  /** Annotations are what traces are found by. */
  addAnnotation(key: string, value: string | number | boolean): void {
    this.#annotations[key] = value;
  }

  add(particulars: Particulars): void {
    this.#particulars = { ...this.#particulars, ...particulars };
  }

  /** Marks it as failed, and says by what; where in the code is said by the log. */
  addError(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const exception = { id: this.#ports.newId(), type: name, message, remote: false };
    this.add({ fault: true, cause: { exceptions: [exception] } });
  }

  close(): void {
    if (!this.#context) return;
    const document = {
      type: 'subsegment',
      id: this.id,
      trace_id: this.#context.traceId,
      parent_id: this.#context.parentId,
      name: this.name,
      start_time: this.#startedAt / 1000,
      end_time: this.#ports.now() / 1000,
      annotations: this.#annotations,
      ...this.#particulars,
    };
    this.#ports.send(JSON.stringify(document));
  }
}
