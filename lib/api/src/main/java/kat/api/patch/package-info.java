/// Patches: how a change in one of Kubernetes' patch formats turns one tree into another.
///
/// Read [kat.api.patch.MergePatch] first, then [kat.api.patch.JsonPatch] and
/// [kat.api.patch.StrategicMergePatch], which needs a schema.
///
/// Nothing here reads a request, knows a user or writes an object; server-side apply, which also
/// tracks who owns a field, lives elsewhere.
@NullMarked
package kat.api.patch;

import org.jspecify.annotations.NullMarked;
