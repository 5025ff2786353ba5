// What can be done to objects. Pure parts first: which pods a drain leaves, what a deletion takes along.
import { ApiError, list, METADATA, request } from "./api";
import { collection, kinds, objectPath, type Kind } from "./kinds";
import type { Meta, Obj, Tree } from "./objects";

export interface Revision {
  name: string;
  number: number;
  images: string[];
  created: string;
  current: boolean;
  /** What makes the workload's pods so again. */
  back: { body: unknown; type: string };
}

/** What holds the revisions of a kind in group apps; empty where nothing does. */
export const recordsOf = (kind: string) => ({ Deployment: "replicasets", StatefulSet: "controllerrevisions", DaemonSet: "controllerrevisions" })[kind] ?? "";

/** The revisions of a workload from its ReplicaSets or ControllerRevisions, the newest first. */
export function revisions(workload: Obj, records: Obj[]): Revision[] {
  const own = records.filter((record) => record.metadata.ownerReferences?.some((owner) => owner.uid === workload.metadata.uid));
  const newest = Math.max(...own.map(numberOf));
  return own
    .map((record) => {
      const template = record.data?.spec?.template ?? record.spec?.template ?? {};
      return {
        name: record.metadata.name,
        number: numberOf(record),
        images: (template.spec?.containers ?? []).map((container: { image: string }) => container.image),
        created: record.metadata.creationTimestamp ?? "",
        current: numberOf(record) === newest,
        back: record.data
          ? { body: record.data, type: "application/strategic-merge-patch+json" }
          : { body: [{ op: "replace", path: "/spec/template", value: withoutHash(template) }], type: "application/json-patch+json" },
      };
    })
    .sort((a, b) => b.number - a.number);
}

const numberOf = (record: Obj) => Number(record.revision ?? record.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);

/** The template of a ReplicaSet as its Deployment had it: without the hash that the controller added. */
function withoutHash(template: Tree): Tree {
  const copy = structuredClone(template);
  delete copy.metadata?.labels?.["pod-template-hash"];
  return copy;
}

export interface Drained {
  pod: Obj;
  /** Empty when it is evicted; else why it stays. */
  stays: string;
  /** What is lost, or does not come back. */
  warning: string;
}

/** What a drain does with each pod of a node, as `kubectl drain --ignore-daemonsets --delete-emptydir-data --force` would. */
export function drainPlan(pods: Obj[]): Drained[] {
  return pods.map((pod) => {
    const owner = pod.metadata.ownerReferences?.find((each) => each.controller);
    const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    let stays = "";
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"]) stays = "comes from a file of the node";
    else if (owner?.kind === "DaemonSet" && !ended) stays = "of a DaemonSet";
    else if (pod.metadata.deletionTimestamp) stays = "is ending already";
    const emptied = (pod.spec?.volumes ?? []).some((volume: { emptyDir?: unknown }) => volume.emptyDir);
    const warning = stays || ended ? "" : !owner ? "nothing starts it again elsewhere" : emptied ? "loses its emptyDir volumes" : "";
    return { pod, stays, warning };
  });
}

export interface Taken {
  kind: Kind;
  meta: Meta;
  depth: number;
}

/** Which objects go when one goes: those whose owners are all among those that go. */
export function takenAlong(root: string, all: { kind: Kind; meta: Meta }[]): Taken[] {
  const depth = new Map([[root, 0]]);
  const taken: Taken[] = [];
  for (let grown = true; grown; ) {
    grown = false;
    for (const { kind, meta } of all) {
      const owners = meta.ownerReferences ?? [];
      if (depth.has(meta.uid) || owners.length === 0 || !owners.every((owner) => depth.has(owner.uid))) continue;
      const deep = 1 + Math.min(...owners.map((owner) => depth.get(owner.uid)!));
      depth.set(meta.uid, deep);
      taken.push({ kind, meta, depth: deep });
      grown = true;
    }
  }
  return taken.sort((a, b) => a.depth - b.depth || a.kind.kind.localeCompare(b.kind.kind) || a.meta.name.localeCompare(b.meta.name));
}

const PAGE = 500;
const PAGES = 10;
const AT_ONCE = 6;

export interface Preview {
  taken: Taken[];
  /** Kinds of which not all could be looked at. */
  unseen: string[];
}

/** Asks every kind of the namespace (of the cluster, for objects without one) what would be taken along. */
export async function previewDeletion(kind: Kind, object: Obj, signal: AbortSignal): Promise<Preview> {
  const within = object.metadata.namespace ?? "";
  const isNamespace = kind.group === "" && kind.kind === "Namespace";
  const space = isNamespace ? object.metadata.name : within;
  const asked = kinds.value.filter((each) => (space ? each.namespaced : true) && each.verbs.includes("delete") && each.plural !== "events");
  const found: { kind: Kind; meta: Meta }[] = [];
  const unseen: string[] = [];
  const ask = async (each: Kind) => {
    try {
      let from = "";
      for (let page = 0; page < PAGES; page++) {
        const params = new URLSearchParams({ limit: String(PAGE), ...(from ? { continue: from } : {}) });
        const part = await list<{ metadata: Meta }>(`${collection(each, space)}?${params}`, { accept: METADATA, signal });
        found.push(...part.items.map((item) => ({ kind: each, meta: item.metadata })));
        from = part.metadata.continue ?? "";
        if (!from) return;
      }
      unseen.push(each.kind);
    } catch (fault) {
      if (signal.aborted) throw fault;
      unseen.push(each.kind);
    }
  };
  const rest = [...asked];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await ask(next);
  }));
  const taken = isNamespace ? found.map((each) => ({ ...each, depth: 1 })) : takenAlong(object.metadata.uid, found);
  return { taken, unseen };
}

export const patch = (path: string, body: unknown, type = "application/merge-patch+json") => request<Obj>(path, { method: "PATCH", body, type });

export const restart = (kind: Kind, object: Obj) =>
  patch(objectPath(kind, object.metadata.namespace ?? "", object.metadata.name), {
    spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": new Date().toISOString().replace(/\.\d+Z$/, "Z") } } } },
  });

/** Evicts a pod; a budget that forbids it now is no fault, but a reason to ask again. */
export async function evict(pod: Obj): Promise<"evicted" | "later"> {
  const { name, namespace } = pod.metadata;
  try {
    await request(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
      method: "POST",
      body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } },
    });
    return "evicted";
  } catch (fault) {
    if (fault instanceof ApiError && fault.code === 404) return "evicted";
    if (fault instanceof ApiError && fault.code === 429) return "later";
    throw fault;
  }
}
