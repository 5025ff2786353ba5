import { expect, test } from "vitest";
import { isGood, problems, tone } from "./health";
import type { Obj } from "./objects";

const object = (spec: Obj["spec"], status: Obj["status"], more = {}): Obj => ({ metadata: { name: "web", uid: "1", ...more }, spec, status });

test("a pod whose container fails is told in the container's own words", () => {
  const waiting = { name: "web", restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: { exitCode: 3, reason: "Error" } } };
  expect(problems("Pod", object({}, { phase: "Running", containerStatuses: [waiting] }))).toEqual([
    { level: "bad", reason: "CrashLoopBackOff", text: "container web: ended with exit code 3 (Error), started 4 times again" },
  ]);
});

test("a pod that fits nowhere is told in the scheduler's words", () => {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes are available" }];
  expect(problems("Pod", object({}, { phase: "Pending", conditions }))).toEqual([{ level: "bad", reason: "Unschedulable", text: "0/3 nodes are available" }]);
});

test("a pod that has ended well, or runs, has no problem", () => {
  expect(problems("Pod", object({}, { phase: "Succeeded" }))).toEqual([]);
  expect(problems("Pod", object({}, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] }))).toEqual([]);
});

test.each([
  [3, 3, []],
  [3, 1, ["1 of 3 replicas are ready"]],
  [3, 0, ["none of 3 replicas are ready"]],
  [0, 0, []],
])("of %i replicas %i are ready", (replicas, readyReplicas, texts) => {
  expect(problems("Deployment", object({ replicas }, { readyReplicas })).map((problem) => problem.text)).toEqual(texts);
});

test("an object that is being deleted tells what it waits for", () => {
  const [first] = problems("ConfigMap", object({}, {}, { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/keep"] }));
  expect(first?.text).toBe("waits for example.com/keep");
});

test("custom objects are judged by their conditions", () => {
  const conditions = [{ type: "Ready", status: "False", reason: "Waiting", message: "no disk" }];
  expect(problems("Database", object({}, { conditions }))).toEqual([{ level: "bad", reason: "Waiting", text: "no disk" }]);
});

test("pressure is good news when it is false", () => {
  expect(isGood({ type: "MemoryPressure", status: "False" })).toBe(true);
  expect(isGood({ type: "Ready", status: "False" })).toBe(false);
  expect(isGood({ type: "Ready", status: "Unknown" })).toBe(null);
});

test("words of cells have a tone", () => {
  expect(["Running", "CrashLoopBackOff", "Pending", "NotReady", "nginx"].map(tone)).toEqual(["good", "bad", "warn", "bad", ""]);
});
