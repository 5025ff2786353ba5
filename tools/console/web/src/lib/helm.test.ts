import { expect, test } from "vitest";
import { decode, listed } from "./helm";
import type { Obj } from "./objects";

async function secret(release: unknown): Promise<Obj> {
  const packed = new Response(new Blob([JSON.stringify(release)]).stream().pipeThrough(new CompressionStream("gzip")));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(await packed.arrayBuffer())));
  return { metadata: { name: "sh.helm.release.v1.web.v1", uid: "1" }, data: { release: btoa(base64) } };
}

test("a release is read as Helm wrote it", async () => {
  const release = await decode(await secret({ name: "web", version: 3, config: { replicas: 2, text: "größer" } }));
  expect(release).toEqual({ name: "web", version: 3, config: { replicas: 2, text: "größer" } });
});

test("what is no release is refused", async () => {
  await expect(decode({ metadata: { name: "x", uid: "1" }, data: { release: btoa(btoa("nonsense")) } })).rejects.toThrow();
});

test("revisions of a release stand together, the newest first", () => {
  const meta = (name: string, version: string, status: string) => ({ metadata: { name: `${name}.${version}`, uid: name + version, namespace: "shop", labels: { name, version, status } } });
  const found = listed([meta("web", "9", "superseded"), meta("web", "10", "deployed"), meta("api", "1", "failed")]);
  expect(found.map((release) => [release.name, release.revisions.map((revision) => revision.version)])).toEqual([["api", [1]], ["web", [10, 9]]]);
});
