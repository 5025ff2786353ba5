// Prometheus, asked through the API server's proxy to its Service with the user's own rights.
import { ApiError, list, request } from "./api";
import type { Obj } from "./objects";

export interface Where {
  namespace: string;
  service: string;
  port: string;
}

/** Where the add-on puts it. */
export const ADD_ON: Where = { namespace: "kat-monitoring", service: "prometheus", port: "http" };

/** How others mark it: the operator, and the chart of the Prometheus community. */
const MARKS = ["operated-prometheus=true", "app.kubernetes.io/name=prometheus,app.kubernetes.io/component=server"];

export type Sample = [number, string];

export interface Result {
  metric: Record<string, string>;
  value?: Sample;
  values?: Sample[];
}

interface Answer {
  status: string;
  data: { resultType: string; result: unknown };
}

const named = (service: Obj): Where => {
  const ports = (service.spec?.ports ?? []) as { name?: string; port: number }[];
  const port = ports.find((each) => /^(http-?web|web|http)$/.test(each.name ?? "")) ?? ports[0];
  return { namespace: service.metadata.namespace ?? "", service: service.metadata.name, port: port?.name || String(port?.port ?? 9090) };
};

/**
 * Where Prometheus is; null where there is none.
 * Who may not read Services is told the add-on's place: whether it is there, the first question tells.
 */
export async function locate(): Promise<Where | null> {
  try {
    const own = await request<Obj>(`/api/v1/namespaces/${ADD_ON.namespace}/services/${ADD_ON.service}`);
    return named(own);
  } catch (fault) {
    if ((fault as ApiError).code === 403) return ADD_ON;
    if ((fault as ApiError).code !== 404) throw fault;
  }
  for (const labelSelector of MARKS) {
    try {
      const found = await list<Obj>(`/api/v1/services?${new URLSearchParams({ labelSelector, limit: "5" })}`);
      if (found.items[0]) return named(found.items[0]);
    } catch (fault) {
      if ((fault as ApiError).code !== 403) throw fault;
    }
  }
  return null;
}

/** Requests that wait for each other, so that a dashboard leaves room for the rest of the page. */
const MOST_AT_ONCE = 4;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  while (running >= MOST_AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  running++;
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

export class Prometheus {
  readonly #root: string;
  /** Questions without an answer yet. */
  open = 0;

  constructor(readonly where: Where) {
    this.#root = `/api/v1/namespaces/${where.namespace}/services/${where.service}:${where.port}/proxy/api/v1`;
  }

  async #ask<T>(path: string, params: Record<string, string>, signal: AbortSignal): Promise<T> {
    this.open++;
    try {
      return await inTurn(async () => {
        signal.throwIfAborted();
        return request<T>(`${this.#root}/${path}?${new URLSearchParams(params)}`, { signal });
      });
    } finally {
      this.open--;
    }
  }

  async instant(query: string, time: number, signal: AbortSignal): Promise<Result[]> {
    return results(await this.#ask<Answer>("query", { query, time: String(time) }, signal));
  }

  async range(query: string, { from, to, step }: { from: number; to: number; step: number }, signal: AbortSignal): Promise<Result[]> {
    return results(await this.#ask<Answer>("query_range", { query, start: String(from), end: String(to), step: String(step) }, signal));
  }

  async values(label: string, match: string, from: number, to: number, signal: AbortSignal): Promise<string[]> {
    const params: Record<string, string> = { start: String(from), end: String(to), ...(match ? { "match[]": match } : {}) };
    return (await this.#ask<{ data: string[] | null }>(`label/${label}/values`, params, signal)).data ?? [];
  }

  async names(match: string, from: number, to: number, signal: AbortSignal): Promise<string[]> {
    const params: Record<string, string> = { start: String(from), end: String(to), ...(match ? { "match[]": match } : {}) };
    return (await this.#ask<{ data: string[] | null }>("labels", params, signal)).data ?? [];
  }
}

function results({ data }: Answer): Result[] {
  const { resultType, result } = data;
  if (resultType === "scalar") return [{ metric: {}, value: result as Sample }];
  if (resultType === "matrix" || resultType === "vector") return result as Result[];
  throw new ApiError(0, "", `Prometheus answered a ${resultType}, which cannot be drawn.`);
}

export interface Trouble {
  kind: "off" | "forbidden" | "away" | "other";
  text: string;
}

/** What a failed question means for the person who asked. */
export function trouble(fault: ApiError, where: Where): Trouble {
  if (fault.code === 404 && fault.reason === "NotFound") return { kind: "off", text: fault.message };
  if (fault.code === 403) return { kind: "forbidden", text: fault.message };
  if (fault.code === 503 || fault.code === 502) return { kind: "away", text: `Service ${where.service} in ${where.namespace}: ${fault.message}` };
  return { kind: "other", text: fault.message };
}
