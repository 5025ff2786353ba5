/// Requests for certificates as they are sent: whether they are well-formed, and signed with
/// the key that they name.
///
/// Read [kat.api.x509.PemBlock] first, which finds the bytes, then
/// [kat.api.x509.SignedRequest], which judges them.
///
/// Nothing here knows who may have a certificate, nor signs one.
@NullMarked
package kat.api.x509;

import org.jspecify.annotations.NullMarked;
