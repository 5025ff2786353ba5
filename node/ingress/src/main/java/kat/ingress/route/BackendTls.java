package kat.ingress.route;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// How TLS towards servers is spoken.
///
/// @param name that servers are asked for and must show; empty for none
/// @param tellsName whether servers are told the name when a connection begins (SNI)
/// @param verifies whether servers must show a certificate of that name, signed by an authority
///     of `identity`; else any is taken
/// @param identity null for none
public record BackendTls(
        String name, boolean tellsName, boolean verifies, @Nullable Identity identity) {

    /// Any certificate is taken, and no name is told: ingress-nginx's default.
    public static final BackendTls DEFAULT = new BackendTls("", false, false, null);

    /// What a Secret gives: whom to trust, and who we are.
    ///
    /// @param source the Secret and its version; two of the same source are equal
    /// @param own shown to servers that ask; null for none
    public record Identity(
            String source, List<X509Certificate> authorities, @Nullable Certificate own) {

        public Identity {
            authorities = List.copyOf(authorities);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && identity.source.equals(source);
        }

        @Override
        public int hashCode() {
            return source.hashCode();
        }
    }

    /// Null when the Secret holds neither `ca.crt` nor a certificate with its key.
    static @Nullable Identity identity(KubeObject secret) {
        Certificate own = Certificate.of(secret).certificate();
        String authorities = secret.tree().object("data").string("ca.crt");
        if (own == null && authorities.isEmpty()) {
            return null;
        }
        try {
            byte[] pem = Base64.getDecoder().decode(authorities);
            List<X509Certificate> all = new ArrayList<>();
            for (var each :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                all.add((X509Certificate) each);
            }
            return new Identity(secret.key() + "@" + secret.resourceVersion(), all, own);
        } catch (CertificateException | IllegalArgumentException unreadable) {
            return null;
        }
    }
}
