/// Keys, certificates and what is needed to make them: DER, PEM, an authority of one's own.
///
/// Read [kat.apiserver.pki.Pki], which keeps the files of one cluster, then
/// [kat.apiserver.pki.Certificates], which signs.
///
/// Nothing here knows HTTP or the store.
@NullMarked
package kat.apiserver.pki;

import org.jspecify.annotations.NullMarked;
