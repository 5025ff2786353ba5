import { expect, test } from "vitest";
import type { Obj } from "./objects";
import { ways } from "./traffic";

const service = (name: string, selector = true): Obj => ({ metadata: { name, uid: name }, spec: { ports: [{ port: 80, name: "http" }], ...(selector ? { selector: { app: name } } : {}) } });
const slice = (name: string, ready: boolean): Obj => ({
  metadata: { name: `${name}-1`, uid: `${name}-1`, labels: { "kubernetes.io/service-name": name } },
  endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready }, targetRef: { name: `${name}-pod` } }],
});
const ingress = (name: string, port: object): Obj => ({
  metadata: { name: "front", uid: "front" },
  spec: { rules: [{ host: "shop.example", http: { paths: [{ path: "/api", backend: { service: { name, port } } }] } }] },
});

test("a way leads from host and path to the pods", () => {
  expect(ways([ingress("web", { name: "http" })], [service("web")], [slice("web", true)])).toEqual([
    { from: "shop.example/api", ingress: "front", service: "web", port: "http", endpoints: [{ address: "10.0.0.1", pod: "web-pod", ready: true }], broken: "", hidden: false },
  ]);
});

test.each([
  ["no Service", [ingress("gone", { number: 80 })], [], [], "There is no Service gone."],
  ["no such port", [ingress("web", { number: 81 })], [service("web")], [slice("web", true)], "The Service has no port 81."],
  ["no pod", [], [service("web")], [], "Its selector matches no pod."],
  ["no ready pod", [], [service("web")], [slice("web", false)], "None of its pods is ready."],
  ["no selector", [], [service("web", false)], [], "It has no endpoints."],
])("a way is broken where there is %s", (_name, ingresses, services, slices, broken) => {
  expect(ways(ingresses, services, slices)[0]?.broken).toBe(broken);
});

test.each([
  ["Services", [ingress("gone", { number: 80 })], undefined, []],
  ["endpoints", [ingress("web", { number: 80 })], [service("web")], undefined],
  ["Ingresses", undefined, [service("web")], [slice("web", true)]],
  ["Ingresses and endpoints", undefined, [service("web", false)], undefined],
])("nothing is called broken for %s that may not be read", (_name, ingresses, services, slices) => {
  expect(ways(ingresses, services, slices).map(({ broken, hidden }) => [broken, hidden])).toEqual([["", slices === undefined]]);
});
