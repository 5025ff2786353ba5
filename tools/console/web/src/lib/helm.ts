// Helm's releases, read from the Secrets in which Helm keeps them: base64 of gzip of JSON, in base64 once more as a Secret.
import type { Obj, Tree } from "./objects";

export interface Release {
  name: string;
  namespace: string;
  version: number;
  info?: { status?: string; description?: string; last_deployed?: string; first_deployed?: string; notes?: string };
  chart?: { metadata?: { name?: string; version?: string; appVersion?: string; description?: string }; values?: Tree };
  config?: Tree | null;
  manifest?: string;
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
