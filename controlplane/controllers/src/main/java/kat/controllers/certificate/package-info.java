/// Requests for certificates: those that were approved are signed, old ones are removed.
///
/// [kat.controllers.certificate.CertificateSigner] decides,
/// [kat.controllers.certificate.CertificateCleaner] removes.
///
/// Nothing here approves, and nothing holds a key: the authority is a role.
@NullMarked
package kat.controllers.certificate;

import org.jspecify.annotations.NullMarked;
