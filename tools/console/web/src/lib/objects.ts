// The parts of Kubernetes' objects that the page reads.
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

export interface Meta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: Owner[];
  finalizers?: string[];
  generation?: number;
  managedFields?: unknown;
}

// Objects of any kind have fields that only their schema tells.
export type Tree = Record<string, any>;

export interface Obj {
  apiVersion?: string;
  kind?: string;
  metadata: Meta;
  spec?: Tree;
  status?: Tree;
  [field: string]: any;
}

export interface List<T = Obj> {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: T[];
}

export interface EventObj extends Obj {
  reason?: string;
  message?: string;
  type?: string;
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  eventTime?: string;
  series?: { count: number; lastObservedTime: string };
  involvedObject: { apiVersion?: string; kind: string; name: string; namespace?: string; uid?: string };
}

export const eventTime = (event: EventObj) =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";

/** By time, not by text: some events tell seconds, others their fractions too. */
export const newestFirst = (a: EventObj, b: EventObj) => Date.parse(eventTime(b)) - Date.parse(eventTime(a));

export const eventCount = (event: EventObj) => event.series?.count ?? event.count ?? 1;

/** How long ago, in Kubernetes' short form. */
export function age(time: string | undefined, now: number): string {
  if (!time) return "";
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 ? `${days}d${hours % 24}h` : `${days}d`;
  if (days < 730) return `${days}d`;
  return `${Math.floor(days / 365)}y`;
}

export const selectorText = (labels: Record<string, string> | undefined) =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
