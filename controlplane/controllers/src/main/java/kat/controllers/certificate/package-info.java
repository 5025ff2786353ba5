/// Requests for certificates: those of nodes are approved, what was approved is
/// signed, old ones are removed.
///
/// [kat.controllers.certificate.CertificateSigner] decides,
/// [kat.controllers.certificate.CertificateCleaner] removes.
///
/// Nothing here holds a key or knows what users may do: both are roles.
@NullMarked
package kat.controllers.certificate;

import org.jspecify.annotations.NullMarked;
