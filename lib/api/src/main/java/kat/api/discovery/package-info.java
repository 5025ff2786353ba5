/// The documents that tell clients which groups, versions and resources a server has.
///
/// Read [kat.api.discovery.Discovery].
///
/// Nothing here knows requests; which form a client wants is the server's to decide.
@NullMarked
package kat.api.discovery;

import org.jspecify.annotations.NullMarked;
