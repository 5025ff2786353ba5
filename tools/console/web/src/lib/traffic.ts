// How requests reach pods: Ingress → Service → endpoints, and where the way is broken.
import type { Obj, Tree } from "./objects";

export interface Endpoint {
  address: string;
  pod: string;
  ready: boolean;
}

export interface Way {
  /** Host and path; empty when no Ingress leads to the Service. */
  from: string;
  ingress: string;
  service: string;
  port: string;
  endpoints: Endpoint[];
  /** Why nothing arrives; empty when something may. */
  broken: string;
}

export function endpointsOf(service: string, slices: Obj[]): Endpoint[] {
  const seen = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice.metadata.labels?.["kubernetes.io/service-name"] !== service) continue;
    for (const endpoint of (slice.endpoints as Tree[] | null) ?? []) {
      for (const address of endpoint.addresses ?? []) seen.set(address, { address, pod: endpoint.targetRef?.name ?? "", ready: endpoint.conditions?.ready !== false });
    }
  }
  return [...seen.values()];
}

function arrival(service: Obj | undefined, name: string, port: string, endpoints: Endpoint[]): string {
  if (!service) return `There is no Service ${name}.`;
  const ports = (service.spec?.ports ?? []) as Tree[];
  if (port && !ports.some((each) => String(each.port) === port || each.name === port)) return `The Service has no port ${port}.`;
  if (service.spec?.type === "ExternalName") return "";
  if (endpoints.length === 0) return service.spec?.selector ? "Its selector matches no pod." : "It has no endpoints.";
  return endpoints.some((endpoint) => endpoint.ready) ? "" : "None of its pods is ready.";
}

/** All ways of one namespace. */
export function ways(ingresses: Obj[], services: Obj[], slices: Obj[]): Way[] {
  const found: Way[] = [];
  const reached = new Set<string>();
  const lead = (ingress: string, from: string, backend: Tree | undefined) => {
    const name = backend?.service?.name as string | undefined;
    if (!name) return;
    const port = String(backend!.service.port?.name ?? backend!.service.port?.number ?? "");
    const endpoints = endpointsOf(name, slices);
    reached.add(name);
    found.push({ from, ingress, service: name, port, endpoints, broken: arrival(services.find((each) => each.metadata.name === name), name, port, endpoints) });
  };
  for (const ingress of ingresses) {
    for (const rule of ingress.spec?.rules ?? []) {
      for (const path of rule.http?.paths ?? []) lead(ingress.metadata.name, `${rule.host || "*"}${path.path ?? "/"}`, path.backend);
    }
    lead(ingress.metadata.name, "everything else", ingress.spec?.defaultBackend);
  }
  for (const service of services) {
    const { name } = service.metadata;
    if (reached.has(name)) continue;
    const endpoints = endpointsOf(name, slices);
    const port = ((service.spec?.ports ?? []) as Tree[]).map((each) => each.nodePort ? `${each.port} (node ${each.nodePort})` : String(each.port)).join(", ");
    found.push({ from: "", ingress: "", service: name, port, endpoints, broken: arrival(service, name, "", endpoints) });
  }
  return found;
}
