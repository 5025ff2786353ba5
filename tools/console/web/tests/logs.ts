// The add-on logging, played for a page: answers in the form of docs/logging.md from lines that it holds.
import type { Page, Route } from "playwright-core";

export interface Kept {
  time: string;
  sequence: number;
  namespace: string;
  pod: string;
  text: string;
}

const WAIT_MILLIS = 500;

export class PlayedLogs {
  readonly lines: Kept[] = [];
  readonly asked: URL[] = [];
  /** Answered instead of lines, while it is set. */
  refusal: { code: number; message: string } | null = null;

  add(count: number, text: (index: number) => string) {
    for (let i = 0; i < count; i++) {
      const sequence = this.lines.length + 1;
      this.lines.push({ time: new Date(Date.now() - 3_000_000 + sequence * 1000).toISOString(), sequence, namespace: "shop", pod: `web-${sequence % 3}`, text: text(i) });
    }
  }

  async serve(page: Page) {
    await page.route(/\/apis\/logs\.kat\.dev\/v1/, (route) => this.#answer(route));
  }

  #item(line: Kept) {
    let fields: Record<string, string> | undefined;
    if (line.text.startsWith("{")) fields = Object.fromEntries(Object.entries(JSON.parse(line.text) as Record<string, unknown>).map(([key, value]) => [key, String(value)]));
    const level = /ERROR|WARN|INFO/.exec(line.text)?.[0].toLowerCase();
    return { ...line, podUid: "u", container: "main", restart: 0, node: "node-1", stream: "stdout", ...(level ? { level } : {}), labels: { app: "web" }, ...(fields ? { fields } : {}) };
  }

  #matching(query: URLSearchParams): Kept[] {
    const words = (query.get("words") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const grep = query.get("grep") ? new RegExp(query.get("grep")!) : /^/;
    const [since, until] = ["since", "until"].map((name) => Date.parse(query.get(name) ?? ""));
    return this.lines.filter((line) => words.every((word) => line.text.toLowerCase().split(/\W+/).includes(word)) && grep.test(line.text) && (!query.get("pod") || line.pod === query.get("pod"))
      && !(Date.parse(line.time) < since!) && !(Date.parse(line.time) >= until!));
  }

  async #answer(route: Route) {
    const url = new URL(route.request().url());
    this.asked.push(url);
    const resource = /\/(lines|histogram|fields)$/.exec(url.pathname)?.[1];
    const tell = (body: object, status = 200) => route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });
    if (!resource) return tell({ kind: "APIResourceList" });
    if (this.refusal) return tell({ kind: "Status", ...this.refusal, reason: "Refused" }, this.refusal.code);
    const query = url.searchParams;
    const found = this.#matching(query);
    if (resource === "histogram") {
      const counts = new Map<number, number>();
      for (const line of found) counts.set(Math.floor(Date.parse(line.time) / 60_000), (counts.get(Math.floor(Date.parse(line.time) / 60_000)) ?? 0) + 1);
      const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())];
      const buckets = found.length ? Array.from({ length: last - first + 1 }, (_, index) => ({ time: new Date((first + index) * 60_000).toISOString(), count: counts.get(first + index) ?? 0 })) : [];
      return tell({ kind: "LineHistogram", complete: true, stepSeconds: 60, total: found.length, skipped: 0, buckets });
    }
    if (resource === "fields") {
      const withFields = found.filter((line) => line.text.startsWith("{"));
      return tell({ kind: "LineFieldList", complete: true, lines: found.length, items: withFields.length ? [{ name: "path", count: withFields.length, values: [{ value: "checkout", count: withFields.length }] }] : [] });
    }
    const base = { kind: "LineList", complete: true, skipped: 0, sequence: this.lines.length };
    if (query.has("sequence")) {
      const at = this.lines.findIndex((line) => String(line.sequence) === query.get("sequence"));
      const part = (from: number, to: number) => this.lines.slice(Math.max(0, from), to).map((line) => this.#item(line));
      return tell({ ...base, metadata: {}, items: [{ ...this.#item(this.lines[at]!), before: part(at - 10, at), after: part(at + 1, at + 11) }] });
    }
    if (query.has("beyond")) {
      const beyond = Number(query.get("beyond"));
      if (this.lines.length <= beyond) await new Promise((go) => setTimeout(go, WAIT_MILLIS)); // As the add-on waits, only shorter.
      return tell({ ...base, sequence: this.lines.length, metadata: {}, items: this.#matching(query).filter((line) => line.sequence > beyond).map((line) => this.#item(line)) }).catch(() => undefined);
    }
    const newest = [...found].reverse();
    const from = Number(query.get("continue") ?? 0);
    const to = from + Number(query.get("limit") ?? 200);
    return tell({ ...base, metadata: to < newest.length ? { continue: String(to) } : {}, items: newest.slice(from, to).map((line) => this.#item(line)) });
  }
}
