import { expect, test } from "vitest";
import type { Obj } from "./objects";
import { allows, grants } from "./rights";

const role = (name: string, namespace: string | undefined, rules: unknown): Obj => ({ metadata: { name, uid: name, ...(namespace ? { namespace } : {}) }, rules });
const binding = (name: string, namespace: string | undefined, kind: string, to: string, subjects: unknown): Obj => ({ metadata: { name, uid: name, ...(namespace ? { namespace } : {}) }, roleRef: { kind, name: to }, subjects });

test("a binding gives its role's rules to each subject, in its namespace or everywhere", () => {
  const view = role("view", undefined, [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }]);
  const found = grants([role("own", "shop", [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }])], [view],
    [binding("a", "shop", "Role", "own", [{ kind: "ServiceAccount", name: "bot" }]), binding("b", "shop", "ClusterRole", "view", [{ kind: "User", name: "eve" }])],
    [binding("c", undefined, "ClusterRole", "view", [{ kind: "Group", name: "staff" }]), binding("d", undefined, "ClusterRole", "absent", null)]);
  expect(found.map(({ subject, namespace }) => [subject, namespace])).toEqual([["Group staff", ""], ["ServiceAccount shop/bot", "shop"], ["User eve", "shop"]]);
  expect(found.map(({ rules }) => allows(rules, "delete", "apps", "deployments"))).toEqual([false, true, false]);
});

test("rules for some names alone are not taken for all", () => {
  expect(allows([{ verbs: ["get"], groups: [""], resources: ["secrets"], names: ["one"] }], "get", "", "secrets")).toBe(false);
});
