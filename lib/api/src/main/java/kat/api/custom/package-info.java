/// Custom resources: what a CustomResourceDefinition says, as the kinds that are served from it.
///
/// Read [kat.api.custom.Definition], which reads a definition, then [kat.api.custom.CustomKind],
/// one of its versions.
///
/// Nothing here stores, serves or talks to a webhook; every function is of objects alone.
@NullMarked
package kat.api.custom;

import org.jspecify.annotations.NullMarked;
