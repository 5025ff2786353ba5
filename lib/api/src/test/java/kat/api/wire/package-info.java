/// Reads recorded answers of Kubernetes for tests that compare with them.
///
/// Read [kat.api.wire.WireFiles].
///
/// Nothing here knows what is compared.
@NullMarked
package kat.api.wire;

import org.jspecify.annotations.NullMarked;
