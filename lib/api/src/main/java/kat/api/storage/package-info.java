/// What volumes and claims say of each other.
///
/// Read [kat.api.storage.VolumeFit].
///
/// Nothing here knows nodes, or who binds a claim and when.
@NullMarked
package kat.api.storage;

import org.jspecify.annotations.NullMarked;
