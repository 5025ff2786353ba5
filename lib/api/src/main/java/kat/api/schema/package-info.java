/// What the fields of objects are: types, defaults, list and map kinds, merge keys.
///
/// Read [kat.api.schema.Schema], then [kat.api.schema.Schemas]; [kat.api.schema.Decoder] brings a
/// tree into the form that Kubernetes answers, [kat.api.schema.RequestBody] reads whole bodies.
///
/// Nothing here knows a server, a store or who asks; no rule of one kind alone lives here.
@NullMarked
package kat.api.schema;

import org.jspecify.annotations.NullMarked;
