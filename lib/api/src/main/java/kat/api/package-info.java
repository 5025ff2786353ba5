/// What a Kubernetes object, kind and answer is.
///
/// Read [kat.api.KubeObject], [kat.api.Kind] and [kat.api.KindTable], then [kat.api.Status]; trees
/// and bytes are in `kat.api.json`.
///
/// Nothing here does input or output, knows a server, or keeps state.
@NullMarked
package kat.api;

import org.jspecify.annotations.NullMarked;
