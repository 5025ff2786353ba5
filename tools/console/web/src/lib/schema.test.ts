import { expect, test } from "vitest";
import { childOf, placeAt, schemaAt, schemaOfKind, type Schemas } from "./schema";

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        ports:
        - containerPort: 80
        |
`;

const at = (text: string) => placeAt(text.replace("|", ""), text.indexOf("|"));

test("a place in a list of lists is told by its indentation", () => {
  expect(at(manifest)).toEqual({ path: ["spec", "template", "spec", "containers"], key: "", apiVersion: "apps/v1", kind: "Deployment" });
});

test.each([
  ["a: 1\nspec:\n  |", ["spec"], ""],
  ["spec:\n  replicas: |", ["spec"], "replicas"],
  ["spec:\n  a:\n    b: 1\n|", [], ""],
  ["spec:\n  list:\n  - |", ["spec", "list"], ""],
  ["spec:\n  list:\n    - name: x\n      |", ["spec", "list"], ""],
  ["spec:\n  list:\n  - name: x\n  other: |", ["spec"], "other"],
  ["spec:\n  a: 1\n---\nmetadata:\n  |", ["metadata"], ""],
])("%j is at %j", (text, path, key) => {
  const place = at(text);
  expect([place.path, place.key]).toEqual([path, key]);
});

test("schemas are followed through references, lists and maps", () => {
  const schemas: Schemas = {
    Root: { "x-kubernetes-group-version-kind": [{ group: "apps", version: "v1", kind: "Deployment" }], properties: { spec: { allOf: [{ $ref: "#/components/schemas/Spec" }], description: "What is wanted." } } },
    Spec: { properties: { containers: { type: "array", items: { $ref: "#/components/schemas/Container" } }, limits: { type: "object", additionalProperties: { type: "string" } } } },
    Container: { properties: { image: { type: "string" } } },
  };
  const root = schemaOfKind(schemas, "apps/v1", "Deployment");
  expect(schemaAt(schemas, root, ["spec"])?.description).toBe("What is wanted.");
  expect(Object.keys(schemaAt(schemas, root, ["spec", "containers"])?.properties ?? {})).toEqual(["image"]);
  expect(schemaAt(schemas, root, ["spec", "limits", "cpu"])?.type).toBe("string");
  expect(schemaAt(schemas, root, ["nothing", "here"])).toBeUndefined();
});

test("what a value holds is told of by the schema below: of names, of any name, and of items", () => {
  const schemas: Schemas = { Part: { description: "A part.", properties: { size: { description: "How large." } } } };
  const root = { properties: { parts: { items: { $ref: "#/components/schemas/Part" } }, byName: { additionalProperties: { description: "One." } } } };

  expect(childOf(schemas, childOf(schemas, root, "parts", false), "0", true)?.description).toBe("A part.");
  expect(childOf(schemas, childOf(schemas, childOf(schemas, root, "parts", false), "0", true), "size", false)?.description).toBe("How large.");
  expect(childOf(schemas, childOf(schemas, root, "byName", false), "any", false)?.description).toBe("One.");
  expect(childOf(schemas, root, "unknown", false)).toBeUndefined();
});
