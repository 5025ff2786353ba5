import { afterEach, expect, test, vi } from "vitest";
import { decode, isBusy, listed, objectLine, rollBack, rollbackHooks } from "./helm";
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

afterEach(() => vi.unstubAllGlobals());

test("a change that is under way is told from one that was cut off", () => {
  const meta = (status: string) => ({ metadata: { name: "web.1", uid: "1", namespace: "shop", creationTimestamp: "2026-01-01T10:00:00Z", labels: { name: "web", version: "1", status } } });
  const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);
  expect(isBusy(listed([meta("pending-upgrade")])[0]!, at("10:04:00"))).toBe(true);
  expect(isBusy(listed([meta("pending-upgrade")])[0]!, at("10:06:00"))).toBe(false);
  expect(isBusy(listed([meta("deployed")])[0]!, at("10:00:01"))).toBe(false);
});

test("hooks of other events do not run", () => {
  const hook = (name: string, ...events: string[]) => ({ name, kind: "Job", events });
  expect(rollbackHooks({ name: "web", namespace: "shop", version: 1, hooks: [hook("a", "pre-install"), hook("b", "post-upgrade", "post-rollback")] })).toEqual(["Job b"]);
});

test("lines about objects are read", () => {
  expect(objectLine("changed deployments.apps web")).toEqual({ done: "changed", object: "deployments.apps web", why: "" });
  expect(objectLine("refused services web: Service \"web\" is invalid: no")).toEqual({ done: "refused", object: "services web", why: "Service \"web\" is invalid: no" });
  expect(objectLine("WARNING: revision 2 was left")).toBeUndefined();
});

test.each([
  ["changed services web\nexit 0\n", ""],
  ["refused services web: no\nError: UPGRADE FAILED\nexit 1\n", "UPGRADE FAILED"],
  ["changed services web\n", "The connection ended before Helm did; the history tells how it went."],
])("what Helm says and how it ended is told: %s", async (said, fault) => {
  vi.stubGlobal("fetch", async () => new Response(said));
  const told: string[] = [];
  const end = await rollBack({ namespace: "shop", name: "web", revision: 1 }, (line) => told.push(line)).then(() => "", (failure: Error) => failure.message);
  expect(end).toBe(fault);
  expect(told).toEqual(said.trim().split("\n").filter((line) => !line.startsWith("exit")));
});
