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
  /** Whether the endpoints are hidden from who looks. */
  hidden: boolean;
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

/** @param endpoints undefined where they may not be read */
function arrival(service: Obj | undefined, name: string, port: string, endpoints: Endpoint[] | undefined): string {
  if (!service) return `There is no Service ${name}.`;
  const ports = (service.spec?.ports ?? []) as Tree[];
  if (port && !ports.some((each) => String(each.port) === port || each.name === port)) return `The Service has no port ${port}.`;
  if (service.spec?.type === "ExternalName" || !endpoints) return "";
  if (endpoints.length === 0) return service.spec?.selector ? "Its selector matches no pod." : "It has no endpoints.";
  return endpoints.some((endpoint) => endpoint.ready) ? "" : "None of its pods is ready.";
}

/** All ways of one namespace. What may not be read is undefined, and nothing is said of it. */
export function ways(ingresses: Obj[] | undefined, services: Obj[] | undefined, slices: Obj[] | undefined): Way[] {
  const found: Way[] = [];
  const reached = new Set<string>();
  const lead = (ingress: string, from: string, backend: Tree | undefined) => {
    const name = backend?.service?.name as string | undefined;
    if (!name) return;
    const port = String(backend!.service.port?.name ?? backend!.service.port?.number ?? "");
    const endpoints = slices && endpointsOf(name, slices);
    reached.add(name);
    const broken = services ? arrival(services.find((each) => each.metadata.name === name), name, port, endpoints) : "";
    found.push({ from, ingress, service: name, port, endpoints: endpoints ?? [], broken, hidden: !slices });
  };
  for (const ingress of ingresses ?? []) {
    for (const rule of ingress.spec?.rules ?? []) {
      for (const path of rule.http?.paths ?? []) lead(ingress.metadata.name, `${rule.host || "*"}${path.path ?? "/"}`, path.backend);
    }
    lead(ingress.metadata.name, "everything else", ingress.spec?.defaultBackend);
  }
  for (const service of services ?? []) {
    const { name } = service.metadata;
    if (reached.has(name)) continue;
    const endpoints = slices && endpointsOf(name, slices);
    const port = ((service.spec?.ports ?? []) as Tree[]).map((each) => each.nodePort ? `${each.port} (node ${each.nodePort})` : String(each.port)).join(", ");
    found.push({ from: "", ingress: "", service: name, port, endpoints: endpoints ?? [], broken: arrival(service, name, "", endpoints), hidden: !slices });
  }
  return found;
}
