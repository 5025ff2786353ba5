/// Serves what CustomResourceDefinitions define: watches them, tells in their status whether their
/// names are accepted, gives the resources to [kat.apiserver.registry.Resources], and cleans up
/// after deleted ones.
///
/// Read [kat.apiserver.custom.Definitions].
///
/// Nothing here knows HTTP or users.
@NullMarked
package kat.apiserver.custom;

import org.jspecify.annotations.NullMarked;
