// Manifests as people write them, and what the server would make of them.
import { parseAllDocuments, stringify } from "yaml";
import { ApiError, request } from "./api";
import { findKind, objectPath, type Kind } from "./kinds";
import type { Obj } from "./objects";

export const MANAGER = "kat-console";

/** An object as text, without what the server alone writes. */
export function textOf(object: Obj, withStatus = false): string {
  const { managedFields: _m, generation: _g, ...metadata } = object.metadata;
  const { apiVersion, kind, metadata: _o, status, ...rest } = object;
  return stringify({ apiVersion, kind, metadata, ...rest, ...(withStatus && status !== undefined ? { status } : {}) }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A value as text; empty when nothing is in it. */
export const yamlOf = (value: unknown): string => (value && Object.keys(value).length > 0 ? stringify(value, { lineWidth: 0 }) : "");

/** The objects of a text of one or more documents. */
export function objectsOf(text: string): Obj[] {
  const found: Obj[] = [];
  for (const document of parseAllDocuments(text)) {
    if ("errors" in document && document.errors.length > 0) throw new Error(document.errors[0]!.message);
    const value = (document as { toJS(): unknown }).toJS() as Obj | null;
    if (value === null) continue;
    if (typeof value !== "object" || !value.apiVersion || !value.kind || !value.metadata?.name) throw new Error("Each document needs apiVersion, kind and metadata.name.");
    found.push(value);
  }
  return found;
}

export interface Place {
  kind: Kind;
  path: string;
  object: Obj;
}

/** Where an object goes; objects of a namespace that name none go to the one that is chosen. */
export function placeOf(object: Obj, namespace: string): Place {
  const kind = findKind(object.apiVersion!, object.kind!);
  if (!kind) throw new Error(`The cluster has no kind ${object.kind} in ${object.apiVersion}.`);
  const within = kind.namespaced ? object.metadata.namespace || namespace || "default" : "";
  const version = object.apiVersion!.split("/").at(-1)!;
  const versioned = { ...kind, path: kind.group ? `/apis/${kind.group}/${version}` : `/api/${version}` };
  return { kind, path: objectPath(versioned, within, object.metadata.name), object: within ? { ...object, metadata: { ...object.metadata, namespace: within } } : object };
}

const query = (dryRun: boolean, force = false) =>
  `${new URLSearchParams({ fieldManager: MANAGER, fieldValidation: "Strict", ...(dryRun ? { dryRun: "All" } : {}), ...(force ? { force: "true" } : {}) })}`;

/** Replaces an object by what a person made of it; another's change in between is a conflict. */
export const replace = (path: string, object: Obj, dryRun: boolean) => request<Obj>(`${path}?${query(dryRun)}`, { method: "PUT", body: object });

/**
 * Creates an object or changes what is there, by server-side apply.
 *
 * @param force takes over fields that others manage; without it such fields are a conflict
 */
export const apply = (place: Place, dryRun: boolean, force: boolean) =>
  request<Obj>(`${place.path}?${query(dryRun, force)}`, { method: "PATCH", body: place.object, type: "application/apply-patch+yaml" });

export async function present(path: string): Promise<Obj | null> {
  try {
    return await request<Obj>(path);
  } catch (fault) {
    if (fault instanceof ApiError && fault.code === 404) return null;
    throw fault;
  }
}
