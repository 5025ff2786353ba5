// What is wrong with an object, in the words of its own conditions and states.
import type { Condition, Obj } from "./objects";

export interface Problem {
  level: "bad" | "warn";
  reason: string;
  text: string;
}

const bad = (reason: string, text: string): Problem => ({ level: "bad", reason, text });
const warn = (reason: string, text: string): Problem => ({ level: "warn", reason, text });

const said = (condition: Condition) => condition.message || `${condition.type} is ${condition.status}`;

function condition(object: Obj, type: string): Condition | undefined {
  return (object.status?.conditions as Condition[] | undefined)?.find((each) => each.type === type);
}

export function conditionsOf(object: Obj): Condition[] {
  const conditions = object.status?.conditions;
  return Array.isArray(conditions) ? (conditions as Condition[]).filter((each) => each && typeof each.type === "string") : [];
}

/** Types whose truth is bad news; of all others falsehood is. */
const BAD_WHEN_TRUE = /Pressure$|Unavailable$|Fail|Degraded|Stalled|Terminating|Disrupt|Dangling|Violat|Problem|Corrupt|Deadlock/;

export function isGood(condition: Condition): boolean | null {
  if (condition.status === "Unknown") return null;
  return (condition.status === "True") !== BAD_WHEN_TRUE.test(condition.type);
}

function pod(object: Obj): Problem[] {
  const status = object.status ?? {};
  if (status.phase === "Succeeded") return [];
  if (status.phase === "Failed") return [bad(status.reason || "Failed", status.message || failed(status))];
  const found: Problem[] = [];
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const waiting = container.state?.waiting;
    const isError = /Err|BackOff|Fail|Invalid|Never/.test(waiting?.reason ?? "");
    if (waiting && isError) found.push(bad(waiting.reason, `container ${container.name}: ${waiting.message || lastEnd(container)}`));
    const ended = container.state?.terminated;
    if (ended && ended.exitCode !== 0) found.push(bad(ended.reason || "Error", `container ${container.name} ended with exit code ${ended.exitCode}`));
  }
  if (found.length > 0) return found;
  const scheduled = condition(object, "PodScheduled");
  if (scheduled?.status === "False") return [bad(scheduled.reason || "Unschedulable", said(scheduled))];
  const ready = condition(object, "Ready");
  if (status.phase === "Running" && ready?.status === "False") return [warn(ready.reason || "NotReady", said(ready))];
  if (status.phase === "Pending") return [warn("Pending", "the pod has not started yet")];
  return [];
}

function failed(status: Record<string, any>): string {
  const ended = (status.containerStatuses ?? []).find((each: any) => each.state?.terminated?.exitCode);
  return ended ? `container ${ended.name} ended with exit code ${ended.state.terminated.exitCode}` : "the pod failed";
}

function lastEnd(container: Record<string, any>): string {
  const last = container.lastState?.terminated;
  return last ? `ended with exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ""}, started ${container.restartCount} times again` : "waits";
}

function node(object: Obj): Problem[] {
  const found: Problem[] = [];
  const ready = condition(object, "Ready");
  if (ready && ready.status !== "True") found.push(bad(ready.reason || "NotReady", said(ready)));
  for (const each of conditionsOf(object)) {
    if (each.type !== "Ready" && each.status === "True" && BAD_WHEN_TRUE.test(each.type)) found.push(bad(each.reason || each.type, said(each)));
  }
  if (object.spec?.unschedulable) found.push(warn("Cordoned", "takes no new pods"));
  return found;
}

function counted(want: number, have: number, what: string): Problem[] {
  return have < want ? [have === 0 ? bad("Unavailable", `none of ${want} ${what} ready`) : warn("Degraded", `${have} of ${want} ${what} ready`)] : [];
}

function deployment(object: Obj): Problem[] {
  const progressing = condition(object, "Progressing");
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return [bad(failure.reason || "ReplicaFailure", said(failure))];
  if (progressing?.status === "False") return [bad(progressing.reason || "Stuck", said(progressing))];
  return counted(object.spec?.replicas ?? 1, object.status?.readyReplicas ?? 0, "replicas are");
}

function job(object: Obj): Problem[] {
  const failure = condition(object, "Failed");
  return failure?.status === "True" ? [bad(failure.reason || "Failed", said(failure))] : [];
}

function claim(object: Obj): Problem[] {
  const phase = object.status?.phase;
  if (phase === "Lost") return [bad("Lost", "its volume is gone")];
  return phase === "Pending" ? [warn("Pending", "no volume is bound to it")] : [];
}

/** Kinds that have no rule of their own: what their conditions say. */
function other(object: Obj): Problem[] {
  return conditionsOf(object)
    .filter((each) => /^(Ready|Available|Healthy|Established|Synced|Reconciled)$/.test(each.type) && each.status === "False")
    .map((each) => bad(each.reason || `Not${each.type}`, said(each)));
}

const RULES: Record<string, (object: Obj) => Problem[]> = {
  Pod: pod,
  Node: node,
  Deployment: deployment,
  StatefulSet: (object) => counted(object.spec?.replicas ?? 1, object.status?.readyReplicas ?? 0, "replicas are"),
  ReplicaSet: (object) => counted(object.spec?.replicas ?? 1, object.status?.readyReplicas ?? 0, "replicas are"),
  DaemonSet: (object) => counted(object.status?.desiredNumberScheduled ?? 0, object.status?.numberReady ?? 0, "pods are"),
  Job: job,
  PersistentVolumeClaim: claim,
};

export function problems(kind: string, object: Obj): Problem[] {
  const found = (RULES[kind] ?? other)(object);
  if (object.metadata.deletionTimestamp) {
    const kept = object.metadata.finalizers ?? [];
    return [warn("Terminating", kept.length ? `waits for ${kept.join(", ")}` : "is being deleted"), ...found];
  }
  return found;
}

/** How a word of a table's cell is meant; empty for words that are no state. */
export function tone(word: string): "" | "good" | "warn" | "bad" {
  if (/^(Running|Ready|Active|Bound|Available|Complete|Completed|Succeeded|True|deployed)$/.test(word)) return "good";
  if (/Err|BackOff|Fail|NotReady|Lost|Evicted|Unknown|OOMKilled|Invalid|DeadlineExceeded/.test(word)) return "bad";
  if (/^(Pending|Terminating|ContainerCreating|PodInitializing|Init:|Suspended|Released|SchedulingDisabled|Unschedulable)/.test(word)) return "warn";
  return "";
}
