// What may stand where in a manifest, from the schemas that the server publishes.
import { request } from "./api";

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  description?: string;
  type?: string;
  format?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

export type Schemas = Record<string, Schema>;

const read = new Map<string, Promise<Schemas>>();

/** The schemas of one group and version. */
export function schemasOf(apiVersion: string): Promise<Schemas> {
  let found = read.get(apiVersion);
  if (!found) {
    const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
    found = request<{ components?: { schemas?: Schemas } }>(`/openapi/v3/${path}`).then((document) => document.components?.schemas ?? {});
    found.catch(() => read.delete(apiVersion));
    read.set(apiVersion, found);
  }
  return found;
}

export function schemaOfKind(schemas: Schemas, apiVersion: string, kind: string): Schema | undefined {
  const [version, group = ""] = apiVersion.split("/").reverse();
  return Object.values(schemas).find((schema) => schema["x-kubernetes-group-version-kind"]?.some((each) => each.kind === kind && each.version === version && each.group === group));
}

export function resolved(schemas: Schemas, schema: Schema | undefined): Schema | undefined {
  if (!schema) return undefined;
  const target = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]!.$ref : undefined);
  if (!target) return schema;
  const found = resolved(schemas, schemas[target.split("/").at(-1)!]);
  return found && { ...found, description: schema.description ?? found.description };
}

/** The schema of what a value holds under a name; of the items of a list, when it is one. */
export function childOf(schemas: Schemas, schema: Schema | undefined, name: string, isList: boolean): Schema | undefined {
  const at = resolved(schemas, schema);
  if (isList) return resolved(schemas, at?.items);
  return resolved(schemas, at?.properties?.[name] ?? (typeof at?.additionalProperties === "object" ? at.additionalProperties : undefined));
}

/** The schema at a path of names; lists are passed through. */
export function schemaAt(schemas: Schemas, root: Schema | undefined, path: string[]): Schema | undefined {
  let at = resolved(schemas, root);
  for (const name of path) {
    at = throughLists(schemas, at);
    const next = at?.properties?.[name] ?? (typeof at?.additionalProperties === "object" ? at.additionalProperties : undefined);
    at = resolved(schemas, next);
  }
  return throughLists(schemas, at);
}

function throughLists(schemas: Schemas, schema: Schema | undefined): Schema | undefined {
  let at = schema;
  while (at?.type === "array") at = resolved(schemas, at.items);
  return at;
}

export interface Place {
  path: string[];
  /** The name before the colon, where a value is being written. */
  key: string;
  apiVersion: string;
  kind: string;
}

/** Where in a document of block-style YAML a place is, told from indentation alone: it need not be whole yet. */
export function placeAt(text: string, position: number): Place {
  const start = Math.max(0, text.lastIndexOf("\n---", position - 1));
  const rest = text.indexOf("\n---", position);
  const document = text.slice(start, rest < 0 ? undefined : rest);
  const value = (name: string) => new RegExp(`^${name}:\\s*["']?([^"'\\s#]+)`, "m").exec(document)?.[1] ?? "";
  const lines = text.slice(start, position).split("\n");
  const last = lines.pop() ?? "";
  const [, lead = "", inside = ""] = /^(\s*(?:- +)*)(.*)$/.exec(last) ?? [];
  const key = /^([\w./-]+):\s/.exec(inside)?.[1] ?? "";
  const path: string[] = [];
  let indent = lead.length;
  // A dash that begins here stands no deeper than its list's name.
  let dash = lead.includes("-") ? lead.indexOf("-") : -1;
  for (const line of lines.reverse()) {
    const found = /^(\s*(?:- +)*)([\w./-]+|"[^"]+"):(\s|$)/.exec(line);
    if (!found || /^---/.test(line)) continue;
    const own = found[1]!.length;
    const opens = /:\s*(#.*)?$/.test(line);
    if (own < indent || (dash >= 0 && own <= dash)) {
      if (opens && (own < indent || own === dash)) path.unshift(found[2]!.replace(/"/g, ""));
      if (opens || own < indent) indent = own;
      dash = found[1]!.includes("-") ? found[1]!.indexOf("-") : -1;
      if (dash >= 0) indent = own;
    }
    if (indent === 0) break;
  }
  return { path, key, apiVersion: value("apiVersion"), kind: value("kind") };
}
