package kat.ingress.route;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// Judges certificates of clients by the authorities of a Secret, and by no others.
///
/// A path is followed from the client's certificate up, each step to the first certificate that
/// signed the one before, those of the Secret first. There is no way back, so what a client sends
/// costs at most [#MOST_CERTIFICATES] times as many signatures; a builder that tries all ways
/// takes factorial time for certificates that signed each other.
///
/// **Threads:** immutable.
public final class ClientTrust {

    /// Of a chain that a client sends.
    static final int MOST_CERTIFICATES = 10;

    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final String FOR_ANYTHING = "2.5.29.37.0";
    private static final int LINE = 64;
    private static final Map<String, String> NAMES = Map.of("1.2.840.113549.1.9.1", "emailAddress");

    private final String source;
    private final List<X509Certificate> roots;
    private final List<X509Certificate> between;
    private final List<X509CRL> lists;

    private ClientTrust(String source, List<X509Certificate> all, List<X509CRL> lists) {
        this.source = source;
        this.roots = all.stream().filter(ClientTrust::isOwnIssuer).toList();
        this.between = all.stream().filter(each -> !isOwnIssuer(each)).toList();
        this.lists = List.copyOf(lists);
    }

    /// What was read of a Secret.
    ///
    /// @param trust null when it cannot be used
    /// @param fault why
    record Reading(@Nullable ClientTrust trust, String fault) {}

    static Reading of(KubeObject secret) {
        return secret.view(Reading.class, ClientTrust::read);
    }

    private static Reading read(KubeObject secret) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> all = new ArrayList<>();
            for (var each : factory.generateCertificates(decoded(secret, "ca.crt"))) {
                all.add((X509Certificate) each);
            }
            List<X509CRL> lists = new ArrayList<>();
            for (var each : factory.generateCRLs(decoded(secret, "ca.crl"))) {
                lists.add((X509CRL) each);
            }
            boolean wantsLists = !secret.tree().object("data").string("ca.crl").isEmpty();
            if (wantsLists && lists.isEmpty()) {
                return new Reading(null, "ca.crl holds no list");
            }
            String source = secret.key() + "@" + secret.uid() + "@" + secret.resourceVersion();
            ClientTrust trust = new ClientTrust(source, all, lists);
            return trust.roots.isEmpty()
                    ? new Reading(null, "ca.crt holds no certificate of a root")
                    : new Reading(trust, "");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Reading(null, "ca.crt or ca.crl cannot be read: " + e.getMessage());
        }
    }

    private static ByteArrayInputStream decoded(KubeObject secret, String name) {
        String text = secret.tree().object("data").string(name);
        return new ByteArrayInputStream(Base64.getDecoder().decode(text));
    }

    private static boolean isOwnIssuer(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /// The Secret and its version.
    public String source() {
        return source;
    }

    /// Told to clients, that they may choose among their certificates.
    public List<X509Certificate> authorities() {
        List<X509Certificate> all = new ArrayList<>(roots);
        all.addAll(between);
        return List.copyOf(all);
    }

    /// @param chain as a client sent it, its own certificate first; empty for none
    /// @param depth how many may stand between it and a root
    public ClientAuth.Shown judge(List<X509Certificate> chain, int depth, Instant now) {
        if (chain.isEmpty()) {
            return ClientAuth.Shown.NOTHING;
        }
        X509Certificate leaf = chain.getFirst();
        if (chain.size() > MOST_CERTIFICATES) {
            return shown(ClientAuth.Result.INVALID, "certificate chain too long", leaf);
        }
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate root = follow(chain, path);
        try {
            Date date = Date.from(now);
            leaf.checkValidity(date);
            List<String> uses = leaf.getExtendedKeyUsage();
            if (uses != null && !uses.contains(FOR_CLIENTS) && !uses.contains(FOR_ANYTHING)) {
                return shown(ClientAuth.Result.INVALID, "unsuitable certificate purpose", leaf);
            }
            if (root == null) {
                String why = "unable to get issuer certificate";
                return shown(ClientAuth.Result.UNTRUSTED, why, leaf);
            }
            if (path.size() > depth + 1) {
                return shown(ClientAuth.Result.INVALID, "certificate chain too long", leaf);
            }
            root.checkValidity(date);
            check(path, root, date);
            return shown(ClientAuth.Result.SUCCESS, "", leaf);
        } catch (GeneralSecurityException e) {
            return shown(ClientAuth.Result.INVALID, "certificate is not valid", leaf);
        }
    }

    /// Fills the path from the client's certificate up to, not including, a root.
    ///
    /// @return the root; null when it leads to none
    private @Nullable X509Certificate follow(
            List<X509Certificate> chain, List<X509Certificate> path) {
        X509Certificate last = chain.getFirst();
        if (roots.contains(last)) {
            return last;
        }
        List<X509Certificate> others = new ArrayList<>(between);
        others.addAll(chain.subList(1, chain.size()));
        while (last != null && path.size() < MOST_CERTIFICATES) {
            path.add(last);
            X509Certificate root = signer(roots, last, path);
            if (root != null) {
                return root;
            }
            last = signer(others, last, path);
        }
        return null;
    }

    private static @Nullable X509Certificate signer(
            List<X509Certificate> among, X509Certificate of, List<X509Certificate> path) {
        for (X509Certificate each : among) {
            if (each.getSubjectX500Principal().equals(of.getIssuerX500Principal())
                    && !path.contains(each)
                    && isSignedBy(of, each)) {
                return each;
            }
        }
        return null;
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate signer) {
        try {
            certificate.verify(signer.getPublicKey());
            return true;
        } catch (GeneralSecurityException anotherKey) {
            return false;
        }
    }

    private void check(List<X509Certificate> path, X509Certificate root, Date date)
            throws GeneralSecurityException {
        if (path.isEmpty()) {
            for (X509CRL list : lists) {
                if (list.isRevoked(root)) {
                    throw new GeneralSecurityException("revoked");
                }
            }
            return;
        }
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setDate(date);
        parameters.setRevocationEnabled(!lists.isEmpty());
        if (!lists.isEmpty()) {
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            PKIXRevocationChecker checker =
                    (PKIXRevocationChecker) validator.getRevocationChecker();
            // Nobody outside is asked: a list that is missing or old lets nobody pass.
            checker.setOptions(
                    EnumSet.of(
                            PKIXRevocationChecker.Option.PREFER_CRLS,
                            PKIXRevocationChecker.Option.NO_FALLBACK));
            parameters.addCertPathChecker(checker);
        }
        var unused =
                validator.validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    }

    private static ClientAuth.Shown shown(
            ClientAuth.Result result, String reason, X509Certificate leaf) {
        return new ClientAuth.Shown(
                result,
                reason,
                name(leaf.getSubjectX500Principal()),
                name(leaf.getIssuerX500Principal()),
                escaped(leaf));
    }

    /// In the form of RFC 2253; what is no visible ASCII as `\XX`, as OpenSSL writes it, so that
    /// no name can end a header.
    private static String name(X500Principal of) {
        StringBuilder text = new StringBuilder();
        for (byte each : of.getName(X500Principal.RFC2253, NAMES).getBytes(UTF_8)) {
            if (each >= ' ' && each <= '~') {
                text.append((char) each);
            } else {
                text.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return text.toString();
    }

    private static String escaped(X509Certificate certificate) {
        try {
            Base64.Encoder lines = Base64.getMimeEncoder(LINE, "\n".getBytes(US_ASCII));
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + lines.encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n";
            return URLEncoder.encode(pem, US_ASCII).replace("+", "%20");
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate that was read has no form", e);
        }
    }
}
