/// Writes that are more than storing the object that was sent: patches, and what lies below an
/// object (binding, eviction, scale, tokens).
///
/// Read [kat.apiserver.actions.Actions] first.
///
/// Nothing here knows HTTP.
@NullMarked
package kat.apiserver.actions;

import org.jspecify.annotations.NullMarked;
