// A table of objects as the server prints it, read page by page and followed by a watch.
//
//   load → first page → (more pages as the person scrolls) → watch from the first page's revision
//
// Rows are plain values outside Vue's reactivity: only the list as a whole tells that it changed, once a frame or less.
import { reactive, shallowRef } from "vue";
import { ApiError, request, stream, TABLE, type Stream } from "./api";
import type { Meta } from "./objects";

export interface Column {
  name: string;
  type: string;
  description: string;
  priority: number;
}

export interface Row {
  uid: string;
  meta: Meta;
  cells: unknown[];
}

interface TableAnswer {
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  columnDefinitions?: Column[];
  rows?: { cells: unknown[]; object: { metadata: Meta } }[];
}

interface Status {
  code?: number;
  message?: string;
}

export interface Query {
  path: string;
  labels?: string;
  fields?: string;
}

const FIRST = 100;
const NEXT = 500;
/** More rows than this are held only when the person asks for them. */
export const MOST_ROWS = 5000;
const RETRY_MILLIS = 2000;
/** Changes of a table with more rows are gathered this long: for each showing it is copied and put in order anew. */
const LARGE = 1000;
const GATHER_MILLIS = 500;

export class LiveTable {
  readonly rows = shallowRef<Row[]>([]);
  readonly columns = shallowRef<Column[]>([]);
  readonly state = reactive({ phase: "loading" as "loading" | "ready" | "error", error: "", code: 0, total: 0, /** Whether the server told how many there are; it does not where a selector narrows them. */ counted: true, complete: false, more: false, live: false, most: MOST_ROWS });

  #query: Query = { path: "" };
  #byUid = new Map<string, Row>();
  #continue = "";
  #revision = "";
  #watch: Stream | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #changed = false;
  #reading = false;
  #rest = "";

  /** Begins anew with another collection. */
  async open(query: Query): Promise<void> {
    this.close();
    this.#query = query;
    this.#abort = new AbortController();
    this.#byUid = new Map();
    this.rows.value = [];
    Object.assign(this.state, { phase: "loading", error: "", code: 0, total: 0, counted: true, complete: false, more: false, live: false, most: MOST_ROWS });
    await this.#load();
  }

  close() {
    this.#abort.abort();
    this.#watch?.close();
    this.#watch = undefined;
    clearTimeout(this.#retry);
    this.#reading = false;
  }

  async #load() {
    const { signal } = this.#abort;
    try {
      const page = await this.#page(FIRST, "", signal);
      this.#byUid = new Map();
      this.#take(page);
      this.#revision = page.metadata.resourceVersion;
      this.#flush();
      Object.assign(this.state, { phase: "ready", error: "" });
      this.#follow();
    } catch (fault) {
      if (signal.aborted) return;
      const { code, message, passes } = fault as ApiError;
      // What was read stays on the screen until it can be read anew.
      if (!passes || this.#byUid.size === 0) Object.assign(this.state, { phase: "error", error: message, code: code ?? 0 });
      if (passes) this.#again(() => this.#load());
    }
  }

  /** Reads the next page, up to as many rows as are held at once. */
  async more(): Promise<void> {
    if (!this.#continue || this.#reading || this.#byUid.size >= this.state.most) return;
    const { signal } = this.#abort;
    this.#reading = true;
    this.state.more = true;
    try {
      this.#take(await this.#page(NEXT, this.#continue, signal));
      this.#flush();
    } catch (fault) {
      if (signal.aborted) return;
      // The place where the pages stood is too old: begin again, with what is there now.
      if ((fault as ApiError).code === 410) void this.open(this.#query);
    } finally {
      if (!signal.aborted) {
        this.#reading = false;
        this.state.more = false;
      }
    }
  }

  /** Lets more rows be held than usual. */
  raise() {
    this.state.most += MOST_ROWS;
    void this.more();
  }

  #params(): URLSearchParams {
    const params = new URLSearchParams({ includeObject: "Metadata" });
    if (this.#query.labels) params.set("labelSelector", this.#query.labels);
    if (this.#query.fields) params.set("fieldSelector", this.#query.fields);
    return params;
  }

  #page(limit: number, from: string, signal: AbortSignal): Promise<TableAnswer> {
    const params = this.#params();
    params.set("limit", String(limit));
    if (from) params.set("continue", from);
    return request<TableAnswer>(`${this.#query.path}?${params}`, { accept: TABLE, signal });
  }

  #take(page: TableAnswer) {
    if (page.columnDefinitions?.length) this.columns.value = page.columnDefinitions;
    for (const row of page.rows ?? []) this.#put(row);
    this.#continue = page.metadata.continue ?? "";
    this.state.complete = !this.#continue;
    this.state.counted = this.state.complete || page.metadata.remainingItemCount !== undefined;
    this.state.total = this.#byUid.size + (page.metadata.remainingItemCount ?? 0);
  }

  #put(row: { cells: unknown[]; object: { metadata: Meta } }) {
    const { metadata } = row.object;
    delete metadata.managedFields;
    this.#byUid.set(metadata.uid || `${metadata.namespace}/${metadata.name}`, { uid: metadata.uid || `${metadata.namespace}/${metadata.name}`, meta: metadata, cells: row.cells });
  }

  #flush() {
    this.rows.value = [...this.#byUid.values()];
    this.#changed = false;
  }

  #soon() {
    if (this.#changed) return;
    this.#changed = true;
    const { signal } = this.#abort;
    const show = () =>
      requestAnimationFrame(() => {
        if (!signal.aborted) this.#flush();
      });
    if (this.#byUid.size > LARGE) setTimeout(show, GATHER_MILLIS);
    else show();
  }

  #follow() {
    const params = this.#params();
    params.set("watch", "1");
    params.set("allowWatchBookmarks", "true");
    params.set("resourceVersion", this.#revision);
    this.#rest = "";
    this.state.live = true;
    this.#watch?.close();
    this.#watch = stream(`${this.#query.path}?${params}`, TABLE, {
      text: (piece) => this.#lines(piece),
      end: () => {
        this.state.live = false;
        this.#again(() => this.#follow());
      },
    });
  }

  #again(task: () => void) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(task, RETRY_MILLIS);
  }

  #lines(piece: string) {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) this.#event(JSON.parse(line) as { type: string; object: TableAnswer & Status });
    this.state.live = true;
  }

  #event({ type, object }: { type: string; object: TableAnswer & Status }) {
    if (type === "ERROR") {
      // Too old to go on from: what is there is read anew, and stays on the screen until then.
      this.#watch?.close();
      this.#again(() => this.#load());
      return;
    }
    for (const row of object.rows ?? []) {
      const { metadata } = row.object;
      this.#revision = metadata.resourceVersion ?? this.#revision;
      if (type === "BOOKMARK") continue;
      const key = metadata.uid || `${metadata.namespace}/${metadata.name}`;
      const known = this.#byUid.has(key);
      if (type === "DELETED") {
        if (known) this.#byUid.delete(key);
        if (known || !this.state.complete) this.state.total = Math.max(this.#byUid.size, this.state.total - 1);
      } else if (known || this.state.complete) {
        if (!known) this.state.total++;
        this.#put(row);
      } else if (type === "ADDED") {
        // Behind the pages that were read: counted, and seen when its page is.
        this.state.total++;
        continue;
      }
      this.#soon();
    }
  }
}
