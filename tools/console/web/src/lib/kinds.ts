// What kinds of object the server has, from its discovery, custom ones included.
import { shallowRef } from "vue";
import { request } from "./api";

export interface Kind {
  group: string;
  version: string;
  plural: string;
  kind: string;
  singular: string;
  short: string[];
  namespaced: boolean;
  verbs: string[];
  subresources: string[];
  /** Where its collection over all namespaces lies. */
  path: string;
}

interface Discovered {
  resource: string;
  responseKind?: { kind?: string };
  scope?: string;
  verbs?: string[];
  singularResource?: string;
  shortNames?: string[];
  subresources?: { subresource: string }[];
}

interface GroupList {
  items?: { metadata?: { name?: string }; versions?: { version: string; resources?: Discovered[] }[] }[];
}

export const kinds = shallowRef<Kind[]>([]);

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export function kindsOf(list: GroupList): Kind[] {
  const found: Kind[] = [];
  for (const item of list.items ?? []) {
    const group = item.metadata?.name ?? "";
    const seen = new Set<string>();
    for (const { version, resources } of item.versions ?? []) {
      for (const each of resources ?? []) {
        if (seen.has(each.resource) || !each.verbs?.includes("list") || !each.verbs.includes("get")) continue;
        seen.add(each.resource); // versions come with the preferred one first
        found.push({
          group,
          version,
          plural: each.resource,
          kind: each.responseKind?.kind ?? each.resource,
          singular: each.singularResource ?? "",
          short: each.shortNames ?? [],
          namespaced: each.scope === "Namespaced",
          verbs: each.verbs,
          subresources: (each.subresources ?? []).map((sub) => sub.subresource),
          path: group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
        });
      }
    }
  }
  return found;
}

export async function discover(): Promise<void> {
  const lists = await Promise.all(["/api", "/apis"].map((path) => request<GroupList>(path, { accept: AGGREGATED })));
  kinds.value = lists.flatMap(kindsOf);
}

export const find = (group: string, plural: string) => kinds.value.find((kind) => kind.group === group && kind.plural === plural);

export const findKind = (apiVersion: string, name: string) => {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
  return kinds.value.find((kind) => kind.group === group && kind.kind === name);
};

/** The address of a collection, in one namespace or in all. */
export const collection = (kind: Kind, namespace: string) =>
  kind.namespaced && namespace ? `${kind.path}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}` : `${kind.path}/${kind.plural}`;

export const objectPath = (kind: Kind, namespace: string, name: string) => `${collection(kind, namespace)}/${encodeURIComponent(name)}`;

export const listRoute = (kind: Pick<Kind, "group" | "plural">) => ({ name: "list", params: { group: kind.group || "core", plural: kind.plural } });

export const objectRoute = (kind: Pick<Kind, "group" | "plural">, namespace: string, name: string) => ({
  name: "object",
  params: { group: kind.group || "core", plural: kind.plural, namespace: namespace || "-", name },
});

const PLACES: [string, string[]][] = [
  ["Workloads", ["/pods", "apps/deployments", "apps/statefulsets", "apps/daemonsets", "apps/replicasets", "batch/jobs", "batch/cronjobs", "autoscaling/horizontalpodautoscalers", "policy/poddisruptionbudgets"]],
  ["Network", ["/services", "networking.k8s.io/ingresses", "networking.k8s.io/ingressclasses", "networking.k8s.io/networkpolicies", "discovery.k8s.io/endpointslices"]],
  ["Configuration", ["/configmaps", "/secrets", "/resourcequotas", "/limitranges", "scheduling.k8s.io/priorityclasses"]],
  ["Storage", ["/persistentvolumeclaims", "/persistentvolumes", "storage.k8s.io/storageclasses"]],
  ["Cluster", ["/nodes", "/namespaces", "/serviceaccounts", "rbac.authorization.k8s.io/roles", "rbac.authorization.k8s.io/rolebindings", "rbac.authorization.k8s.io/clusterroles", "rbac.authorization.k8s.io/clusterrolebindings", "apiextensions.k8s.io/customresourcedefinitions"]],
];

const BUILT_IN = /^$|^(apps|batch|autoscaling|policy|events\.k8s\.io)$|\.k8s\.io$/;

/** Kinds in the order in which people look for them; what is not named comes last. */
export function places(all: Kind[]): { title: string; kinds: Kind[] }[] {
  const named = new Set(PLACES.flatMap(([, names]) => names));
  const pick = (name: string) => all.find((kind) => `${kind.group}/${kind.plural}` === name);
  const groups = PLACES.map(([title, names]) => ({ title, kinds: names.map(pick).filter((kind) => kind !== undefined) }));
  const rest = all.filter((kind) => !named.has(`${kind.group}/${kind.plural}`) && kind.plural !== "events");
  groups.push({ title: "Custom", kinds: rest.filter((kind) => !BUILT_IN.test(kind.group)) });
  groups.push({ title: "More", kinds: rest.filter((kind) => BUILT_IN.test(kind.group)) });
  return groups.filter((group) => group.kinds.length > 0);
}

export const title = (kind: Kind) => {
  const name = kind.kind.replace(/([a-z])([A-Z])/g, "$1 $2");
  if (/(s|x|ch)$/.test(name)) return name === "Endpoints" ? name : `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
};
