import { expect, test } from "vitest";
import { drainPlan, revisions, takenAlong } from "./actions";
import type { Kind } from "./kinds";
import type { Meta, Obj } from "./objects";

const kind = (name: string) => ({ kind: name }) as Kind;
const meta = (uid: string, ...owners: string[]): Meta => ({ name: uid, uid, ownerReferences: owners.map((owner) => ({ apiVersion: "v1", kind: "X", name: owner, uid: owner, controller: true })) });

test("a deletion takes along what has no other owner, however deep", () => {
  const all = [
    { kind: kind("Pod"), meta: meta("pod", "set") },
    { kind: kind("ReplicaSet"), meta: meta("set", "root") },
    { kind: kind("ConfigMap"), meta: meta("shared", "root", "other") },
    { kind: kind("ConfigMap"), meta: meta("free") },
  ];
  expect(takenAlong("root", all).map(({ meta, depth }) => [meta.uid, depth])).toEqual([["set", 1], ["pod", 2]]);
});

test("owners that own each other are taken once", () => {
  const all = [{ kind: kind("A"), meta: meta("a", "root") }, { kind: kind("B"), meta: meta("b", "a") }, { kind: kind("C"), meta: meta("c", "a", "b") }];
  expect(takenAlong("root", all)).toHaveLength(3);
});

const pod = (change: Partial<Meta>, volumes: unknown[] = [], phase = "Running"): Obj => ({ metadata: { ...meta("p", "owner"), ...change }, spec: { volumes }, status: { phase } });

test.each([
  ["of a set", pod({}), "", ""],
  ["with a volume that goes", pod({}, [{ emptyDir: {} }]), "", "loses its emptyDir volumes"],
  ["of nobody", pod({ ownerReferences: [] }), "", "nothing starts it again elsewhere"],
  ["of a DaemonSet", pod({ ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "d", uid: "d", controller: true }] }), "of a DaemonSet", ""],
  ["of a file", pod({ annotations: { "kubernetes.io/config.mirror": "x" } }), "comes from a file of the node", ""],
])("a drain of a pod %s", (_name, given, stays, warning) => {
  const [first] = drainPlan([given]);
  expect([first?.stays, first?.warning]).toEqual([stays, warning]);
});

test("revisions of a Deployment come newest first, and go back to a template without the controller's hash", () => {
  const set = (name: string, revision: string, image: string): Obj => ({
    metadata: { ...meta(name, "web"), annotations: { "deployment.kubernetes.io/revision": revision } },
    spec: { template: { metadata: { labels: { app: "web", "pod-template-hash": "1" } }, spec: { containers: [{ image }] } } },
  });
  const all = revisions({ metadata: meta("web") }, [set("a", "9", "web:1"), set("b", "10", "web:2"), { metadata: meta("c", "other") }]);
  expect(all.map(({ number, images, current }) => [number, images, current])).toEqual([[10, ["web:2"], true], [9, ["web:1"], false]]);
  const value = { metadata: { labels: { app: "web" } }, spec: { containers: [{ image: "web:1" }] } };
  expect(all[1]!.back).toEqual({ body: [{ op: "replace", path: "/spec/template", value }], type: "application/json-patch+json" });
});

test("revisions of a StatefulSet go back by what its controller kept", () => {
  const kept = (revision: number, image: string): Obj => ({ metadata: meta(`db-${revision}`, "db"), revision, data: { spec: { template: { $patch: "replace", spec: { containers: [{ image }] } } } } });
  const all = revisions({ metadata: meta("db") }, [kept(2, "db:2"), kept(3, "db:1")]);
  expect(all.map(({ number, images, current }) => [number, images, current])).toEqual([[3, ["db:1"], true], [2, ["db:2"], false]]);
  expect(all[1]!.back).toEqual({ body: kept(2, "db:2").data, type: "application/strategic-merge-patch+json" });
});
