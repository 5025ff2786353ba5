import { expect, test } from "vitest";
import { kindsOf, places, title, type Kind } from "./kinds";

const resource = (name: string, kind: string, verbs = ["get", "list", "watch"]) => ({ resource: name, responseKind: { kind }, scope: "Namespaced", verbs });

test("the preferred version of a kind is taken, and kinds that cannot be listed are left out", () => {
  const found = kindsOf({
    items: [{ metadata: { name: "example.com" }, versions: [{ version: "v2", resources: [resource("toys", "Toy")] }, { version: "v1", resources: [resource("toys", "Toy"), resource("old", "Old")] }] },
      { metadata: {}, versions: [{ version: "v1", resources: [resource("bindings", "Binding", ["create"]), resource("pods", "Pod")] }] }],
  });
  expect(found.map(({ path, plural }) => `${path}/${plural}`)).toEqual(["/apis/example.com/v2/toys", "/apis/example.com/v1/old", "/api/v1/pods"]);
});

test("custom kinds stand together, behind those that everybody knows", () => {
  const all = kindsOf({ items: [{ metadata: { name: "example.com" }, versions: [{ version: "v1", resources: [resource("toys", "Toy")] }] }, { metadata: {}, versions: [{ version: "v1", resources: [resource("pods", "Pod")] }] }] });
  expect(places(all).map((group) => [group.title, group.kinds.map((kind) => kind.plural)])).toEqual([["Workloads", ["pods"]], ["Custom", ["toys"]]]);
});

test.each([["Pod", "Pods"], ["Ingress", "Ingresses"], ["NetworkPolicy", "Network Policies"], ["EndpointSlice", "Endpoint Slices"], ["Gateway", "Gateways"]])("%s are called %s", (kind, called) => {
  expect(title({ kind } as Kind)).toBe(called);
});
