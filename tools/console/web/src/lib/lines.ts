// Lines that the add-on logging keeps: what is asked of it, and what it answers (docs/logging.md).
import { ApiError, request } from "./api";

const ROOT = "/apis/logs.kat.dev/v1";

export interface LogLine {
  time: string;
  sequence: number;
  namespace: string;
  pod: string;
  container: string;
  restart: number;
  node: string;
  stream: string;
  level?: string;
  text: string;
  labels?: Record<string, string>;
  fields?: Record<string, string>;
  before?: LogLine[];
  after?: LogLine[];
}

export interface LineList {
  metadata: { continue?: string };
  complete: boolean;
  skipped?: number;
  sequence: number;
  items?: LogLine[];
}

export interface LineHistogram {
  complete: boolean;
  countedFrom?: string;
  stepSeconds: number;
  total: number;
  buckets: { time: string; count: number }[];
}

export interface LineFieldList {
  lines: number;
  items?: { name: string; count: number; values: { value: string; count: number }[] }[];
}

/** What a person looks for. */
export interface Wanted {
  text: string;
  /** Whether the text is a regular expression, not words. */
  expression: boolean;
  labels: string;
  pod: string;
  container: string;
  stream: string;
  since: string;
  until: string;
}

export const EMPTY: Wanted = { text: "", expression: false, labels: "", pod: "", container: "", stream: "", since: "1h", until: "" };

/** Parameters of the add-on; what is empty is not asked for. */
export function paramsOf(wanted: Wanted, others: Record<string, string> = {}): URLSearchParams {
  const all: Record<string, string> = {
    [wanted.expression ? "grep" : "words"]: wanted.text.trim(), labelSelector: wanted.labels.trim(), pod: wanted.pod.trim(), container: wanted.container.trim(),
    stream: wanted.stream, since: wanted.since, until: wanted.until, ...others,
  };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ""));
}

/** As it stands in the page's address; what is usual does not. */
export function queryOf(wanted: Wanted): Record<string, string | undefined> {
  return Object.fromEntries((Object.keys(EMPTY) as (keyof Wanted)[]).map((key) => [key, wanted[key] === EMPTY[key] ? undefined : String(wanted[key])]));
}

export function wantedOf(query: Record<string, unknown>): Wanted {
  const text = (key: keyof Wanted) => (typeof query[key] === "string" ? query[key] : String(EMPTY[key]));
  return { text: text("text"), expression: text("expression") === "true", labels: text("labels"), pod: text("pod"), container: text("container"), stream: text("stream"), since: text("since"), until: text("until") };
}

export class LogStore {
  constructor(readonly namespace: string) {}

  #ask<T>(resource: string, params: URLSearchParams, signal: AbortSignal): Promise<T> {
    return request<T>(`${ROOT}/${this.namespace ? `namespaces/${encodeURIComponent(this.namespace)}/` : ""}${resource}?${params}`, { signal });
  }

  lines(wanted: Wanted, others: Record<string, string>, signal: AbortSignal): Promise<LineList> {
    return this.#ask("lines", paramsOf(wanted, others), signal);
  }

  /** What came in after a place, in the order in which it did; waits for it a while. */
  beyond(wanted: Wanted, sequence: number, signal: AbortSignal): Promise<LineList> {
    return this.#ask("lines", paramsOf({ ...wanted, since: "", until: "" }, { beyond: String(sequence), waitSeconds: "20", limit: "1000" }), signal);
  }

  async around(line: LogLine, signal: AbortSignal): Promise<LogLine | undefined> {
    return (await this.#ask<LineList>("lines", new URLSearchParams({ sequence: String(line.sequence), context: "10" }), signal)).items?.[0];
  }

  histogram(wanted: Wanted, signal: AbortSignal): Promise<LineHistogram> {
    return this.#ask("histogram", paramsOf(wanted, { buckets: "80" }), signal);
  }

  fields(wanted: Wanted, signal: AbortSignal): Promise<LineFieldList> {
    return this.#ask("fields", paramsOf(wanted, { limit: "500" }), signal);
  }
}

/** Whether the add-on is there at all. */
export async function hasLogs(): Promise<boolean> {
  try {
    await request(ROOT);
    return true;
  } catch (fault) {
    if ((fault as ApiError).code === 404) return false;
    throw fault;
  }
}

export interface Bar {
  /** Milliseconds. */
  from: number;
  to: number;
  count: number;
  /** Of the largest. */
  share: number;
}

export function barsOf({ buckets, stepSeconds }: LineHistogram): Bar[] {
  const most = Math.max(1, ...buckets.map((each) => each.count));
  return buckets.map(({ time, count }) => ({ from: Date.parse(time), to: Date.parse(time) + stepSeconds * 1000, count, share: count / most }));
}

/** New lines above those that are there, the newest first, at most so many; the same line stands once. */
export function joined(older: LogLine[], newer: LogLine[], most: number): LogLine[] {
  const known = new Set(older.slice(0, newer.length + 1000).map((line) => line.sequence));
  const added = newer.filter((line) => !known.has(line.sequence)).reverse();
  return [...added, ...older].slice(0, most);
}

export const toneOfLevel = (level = ""): "" | "bad" | "warn" => (/^(error|err|fatal|panic|severe|crit|critical|alert|emerg)/i.test(level) ? "bad" : /^warn/i.test(level) ? "warn" : "");
