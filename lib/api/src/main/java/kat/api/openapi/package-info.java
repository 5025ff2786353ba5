/// OpenAPI documents of what a server serves, for `kubectl explain`, validation and generators.
///
/// Read [kat.api.openapi.OpenApi]; schemas are written by [kat.api.openapi.SchemaWriter], paths by
/// [kat.api.openapi.PathWriter].
///
/// Nothing here knows requests; documents are built when first asked for.
@NullMarked
package kat.api.openapi;

import org.jspecify.annotations.NullMarked;
