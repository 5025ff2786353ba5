/// Requests for certificates as they are sent: whether they are well-formed, and signed with
/// the key that they name.
///
/// Read [kat.api.x509.SignedRequest] first.
///
/// Nothing here knows who may have a certificate, nor signs one.
@NullMarked
package kat.api.x509;

import org.jspecify.annotations.NullMarked;
