/// JSON as immutable trees: parsed from bytes, written as canonical bytes.
///
/// Read [kat.api.json.Json] first, then [kat.api.json.JsonObject]; [kat.api.json.JsonReader] and
/// [kat.api.json.JsonWriter] turn bytes into trees and back.
///
/// Nothing here knows what a Kubernetes object is.
@NullMarked
package kat.api.json;

import org.jspecify.annotations.NullMarked;
