import { expect, test } from "vitest";
import { drainPlan, revisions, takenAlong, templateOf } from "./actions";
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

test("revisions come newest first, and their template without the controller's hash", () => {
  const set = (name: string, revision: string, image: string): Obj => ({
    metadata: { ...meta(name, "web"), annotations: { "deployment.kubernetes.io/revision": revision } },
    spec: { template: { metadata: { labels: { app: "web", "pod-template-hash": "1" } }, spec: { containers: [{ image }] } } },
  });
  const web: Obj = { metadata: { ...meta("web"), annotations: { "deployment.kubernetes.io/revision": "10" } } };
  const all = revisions(web, [set("a", "9", "web:1"), set("b", "10", "web:2"), { metadata: meta("c", "other") }]);
  expect(all.map(({ number, images, current }) => [number, images, current])).toEqual([[10, ["web:2"], true], [9, ["web:1"], false]]);
  expect(templateOf(all[0]!)).toEqual({ metadata: { labels: { app: "web" } }, spec: { containers: [{ image: "web:2" }] } });
});
