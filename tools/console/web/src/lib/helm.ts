// Helm's releases, read from the Secrets in which Helm keeps them: base64 of gzip of JSON, in base64 once more as a Secret.
// They are rolled back by Helm itself, beside `kat dashboard`, as its user.
import { lines } from "./api";
import type { Obj, Tree } from "./objects";

export interface Release {
  name: string;
  namespace: string;
  version: number;
  info?: { status?: string; description?: string; last_deployed?: string; first_deployed?: string; notes?: string };
  chart?: { metadata?: { name?: string; version?: string; appVersion?: string; description?: string }; values?: Tree };
  config?: Tree | null;
  manifest?: string;
  hooks?: { name?: string; kind?: string; events?: string[] }[];
}

/** More than any release that a Secret can hold makes when it is unpacked sensibly. */
const MOST_BYTES = 64 << 20;

const bytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export async function decode(secret: Obj): Promise<Release> {
  const packed = bytes(new TextDecoder().decode(bytes(String((secret.data as Tree | undefined)?.release ?? ""))));
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return JSON.parse(new TextDecoder().decode(packed)) as Release;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST_BYTES) throw new Error("The release is larger than a page can show.");
    parts.push(part.value);
  }
  return JSON.parse(await new Blob(parts).text()) as Release;
}

export interface Listed {
  name: string;
  namespace: string;
  revisions: { version: number; status: string; secret: string; modified: string }[];
}

/** The releases that Secrets' labels tell of, without reading what is in them; the newest revision first. */
export function listed(metas: Pick<Obj, "metadata">[]): Listed[] {
  const found = new Map<string, Listed>();
  for (const { metadata } of metas) {
    const { name = "", version = "0", status = "", modifiedAt = "" } = metadata.labels ?? {};
    const key = `${metadata.namespace}/${name}`;
    const release = found.get(key) ?? { name, namespace: metadata.namespace ?? "", revisions: [] };
    const modified = modifiedAt ? new Date(Number(modifiedAt) * 1000).toISOString() : (metadata.creationTimestamp ?? "");
    release.revisions.push({ version: Number(version), status, secret: metadata.name, modified });
    found.set(key, release);
  }
  for (const release of found.values()) release.revisions.sort((a, b) => b.version - a.version);
  return [...found.values()].sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
}

/** How long Helm takes a change for one that is under way. */
const PATIENCE_MILLIS = 5 * 60_000;

/** Whether somebody changes the release now; what was cut off is freed by the next change. */
export const isBusy = ({ revisions: [last] }: Listed, now: number): boolean =>
  last !== undefined && last.status.startsWith("pending-") && now - Date.parse(last.modified) < PATIENCE_MILLIS;

/** The hooks that run when a release goes back to this revision. */
export const rollbackHooks = (release: Release): string[] =>
  (release.hooks ?? []).filter(({ events }) => events?.some((event) => event.endsWith("-rollback"))).map(({ kind, name }) => `${kind} ${name}`);

/** What Helm said of an object, from a line of its output; undefined for lines of other things. */
export function objectLine(line: string): { done: string; object: string; why: string } | undefined {
  const found = /^(created|changed|replaced|deleted|refused) (\S+ [^\s:]+)(?:: (.*))?$/.exec(line);
  return found ? { done: found[1]!, object: found[2]!, why: found[3] ?? "" } : undefined;
}

export interface Wish {
  namespace: string;
  name: string;
  revision: number;
  /** The cluster tries every change and keeps none. */
  trial?: boolean;
  /** Until what the release made is ready. */
  wait?: boolean;
}

/** Makes a release what it was at a revision, as a new revision. Every line that Helm says is told. */
export async function rollBack(wish: Wish, told: (line: string) => void): Promise<void> {
  let last = "";
  let fault = "";
  for await (const line of lines("/dashboard/rollback", { method: "POST", body: wish })) {
    last = line;
    if (line.startsWith("Error: ")) fault = line.slice("Error: ".length);
    if (!line.startsWith("exit ")) told(line);
  }
  if (last === "exit 0") return;
  throw new Error(last.startsWith("exit ") ? fault || "Helm ended with an error." : "The connection ended before Helm did; the history tells how it went.");
}
