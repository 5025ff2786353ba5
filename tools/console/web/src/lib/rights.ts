// Who can do what, from roles and their bindings: what Kubernetes' authorizer by roles would decide.
import type { Obj, Tree } from "./objects";

export interface Rule {
  verbs: string[];
  groups: string[];
  resources: string[];
  names: string[];
}

export interface Grant {
  subject: string;
  role: string;
  binding: string;
  /** Empty for the whole cluster. */
  namespace: string;
  rules: Rule[];
}

const rulesOf = (role: Obj | undefined): Rule[] =>
  ((role?.rules as Tree[] | null | undefined) ?? []).map((rule) => ({ verbs: rule.verbs ?? [], groups: rule.apiGroups ?? [], resources: rule.resources ?? [], names: rule.resourceNames ?? [] }));

const named = (subject: Tree, within: string) => (subject.kind === "ServiceAccount" ? `ServiceAccount ${subject.namespace ?? within}/${subject.name}` : `${subject.kind} ${subject.name}`);

/** What each binding gives to each of its subjects. */
export function grants(roles: Obj[], clusterRoles: Obj[], bindings: Obj[], clusterBindings: Obj[]): Grant[] {
  const found: Grant[] = [];
  for (const binding of [...clusterBindings, ...bindings]) {
    const namespace = binding.metadata.namespace ?? "";
    const ref = binding.roleRef as Tree;
    const role = ref.kind === "ClusterRole" ? clusterRoles.find((each) => each.metadata.name === ref.name) : roles.find((each) => each.metadata.name === ref.name && each.metadata.namespace === namespace);
    for (const subject of (binding.subjects as Tree[] | null | undefined) ?? []) {
      found.push({ subject: named(subject, namespace), role: `${ref.kind} ${ref.name}`, binding: binding.metadata.name, namespace, rules: rulesOf(role) });
    }
  }
  return found;
}

const has = (list: string[], value: string) => list.includes("*") || list.includes(value);

/** Whether rules allow a verb on a resource, without regard to rules that hold for some names only. */
export const allows = (rules: Rule[], verb: string, group: string, resource: string) =>
  rules.some((rule) => rule.names.length === 0 && has(rule.verbs, verb) && has(rule.groups, group) && has(rule.resources, resource));
