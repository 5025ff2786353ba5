package kat.apiserver.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// The certificates and keys of one cluster, kept as PEM files in one folder and made when absent.
///
/// | file | what |
/// |---|---|
/// | `ca.crt`, `ca.key` | the authority for servers and clients, ten years |
/// | `apiserver.crt/.key` | one year, made anew when names change or 30 days remain |
/// | `kubelet.crt/.key` | of the node's own API, one year, made anew likewise |
/// | `NAME.crt/.key` | a client certificate, one year, made anew likewise |
/// | `front-proxy-ca.crt/.key` | the authority for `front-proxy-client.crt/.key` |
/// | `sa.pub`, `sa.key` | signs service account tokens |
///
/// **Threads:** one at a time.
public final class Pki {

    /// The name and the files of the certificate that stands for users towards extension servers.
    public static final String FRONT_PROXY = "front-proxy-client";

    private static final String NODE = "kubelet";
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final SecretFiles files;
    private final Certificates certificates;
    private final Ticker ticker;
    private final Identity authority;

    /// Opens the folder, and makes it and the authority when they are not there.
    ///
    /// @throws IOException when files cannot be read, written or understood
    public Pki(Path folder, Ticker ticker, Randomness randomness) throws IOException {
        this.files = new SecretFiles(folder);
        this.certificates = new Certificates(ticker, randomness);
        this.ticker = ticker;
        Identity known = read("ca");
        this.authority =
                known != null
                        ? known
                        : write("ca", certificates.newAuthority("kubernetes", AUTHORITY_VALIDITY));
    }

    public Identity authority() {
        return authority;
    }

    /// Signs the certificate by which extension servers know this server when it speaks for a user.
    public Identity frontProxyAuthority() throws IOException {
        Identity known = read("front-proxy-ca");
        return known != null
                ? known
                : write(
                        "front-proxy-ca",
                        certificates.newAuthority("front-proxy-ca", AUTHORITY_VALIDITY));
    }

    /// What this server shows to extension servers.
    public Identity frontProxy() throws IOException {
        Identity known = read(FRONT_PROXY);
        Identity signer = frontProxyAuthority();
        if (known != null && isFresh(known, signer)) {
            return known;
        }
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        FRONT_PROXY,
                        List.of(),
                        List.of(),
                        List.of(),
                        CertificateSpec.Use.CLIENT,
                        VALIDITY,
                        pair.getPublic());
        return write(FRONT_PROXY, certificates.issue(signer, spec, pair.getPrivate()));
    }

    public Certificates certificates() {
        return certificates;
    }

    /// Where a file of the folder lies.
    public Path path(String file) {
        return files.path(file);
    }

    /// The API server's certificate for these names.
    public Identity serving(List<String> dnsNames, List<String> addresses) throws IOException {
        Identity known = read("apiserver");
        if (known != null && isFresh(known) && namesOf(known, dnsNames, addresses)) {
            return known;
        }
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        "kube-apiserver",
                        List.of(),
                        dnsNames,
                        addresses,
                        CertificateSpec.Use.SERVER,
                        VALIDITY,
                        pair.getPublic());
        return write("apiserver", certificates.issue(authority, spec, pair.getPrivate()));
    }

    /// The certificate of a node's own API, for its name and addresses.
    public synchronized Identity node(String name, List<String> addresses) throws IOException {
        Identity known = read(NODE);
        if (known != null && isFresh(known) && namesOf(known, List.of(name), addresses)) {
            return known;
        }
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        "system:node:" + name,
                        List.of("system:nodes"),
                        List.of(name),
                        addresses,
                        CertificateSpec.Use.SERVER,
                        VALIDITY,
                        pair.getPublic());
        return write(NODE, certificates.issue(authority, spec, pair.getPrivate()));
    }

    /// A client's certificate.
    ///
    /// @param file the files' name without ending, for example `admin`
    public Identity client(String file, String user, List<String> groups) throws IOException {
        Identity known = read(file);
        if (known != null && isFresh(known)) {
            return known;
        }
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        user,
                        groups,
                        List.of(),
                        List.of(),
                        CertificateSpec.Use.CLIENT,
                        VALIDITY,
                        pair.getPublic());
        return write(file, certificates.issue(authority, spec, pair.getPrivate()));
    }

    /// The key that signs service account tokens.
    public KeyPair tokenKey() throws IOException {
        String secret = files.read("sa.key");
        String known = files.read("sa.pub");
        try {
            if (secret != null && known != null) {
                return new KeyPair(Pem.publicKey(known), Pem.privateKey(secret));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the key " + files.path("sa.key"), e);
        }
        KeyPair pair = certificates.newKey();
        PublicKey open = pair.getPublic();
        PrivateKey closed = pair.getPrivate();
        files.write("sa.key", Pem.write(closed));
        files.write("sa.pub", Pem.write(open));
        return pair;
    }

    /// A secret text in a file of its own, for example a token; made by `make` when absent.
    public String secret(String file, java.util.function.Supplier<String> make) throws IOException {
        String known = files.read(file);
        if (known != null) {
            return known.strip();
        }
        String made = make.get();
        files.write(file, made + "\n");
        return made;
    }

    private @Nullable Identity read(String name) throws IOException {
        String certificate = files.read(name + ".crt");
        String key = files.read(name + ".key");
        if (certificate == null || key == null) {
            return null;
        }
        try {
            return new Identity(Pem.certificate(certificate), Pem.privateKey(key));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot read the certificate "
                            + files.path(name + ".crt")
                            + "; remove it and its .key to have new ones made",
                    e);
        }
    }

    private Identity write(String name, Identity identity) throws IOException {
        files.write(name + ".key", Pem.write(identity.key()));
        files.write(name + ".crt", Pem.write(identity.certificate()));
        return identity;
    }

    private boolean isFresh(Identity identity) {
        return isFresh(identity, authority);
    }

    private boolean isFresh(Identity identity, Identity signer) {
        X509Certificate certificate = identity.certificate();
        return certificate.getNotAfter().toInstant().isAfter(ticker.now().plus(RENEW_BEFORE))
                && certificate
                        .getIssuerX500Principal()
                        .equals(signer.certificate().getSubjectX500Principal());
    }

    private static boolean namesOf(Identity known, List<String> dnsNames, List<String> addresses)
            throws IOException {
        List<String> wanted = new ArrayList<>(dnsNames);
        for (String address : addresses) {
            wanted.add(java.net.InetAddress.ofLiteral(address).getHostAddress());
        }
        try {
            TreeSet<String> found = new TreeSet<>();
            Collection<List<?>> names = known.certificate().getSubjectAlternativeNames();
            if (names == null) {
                return false;
            }
            for (List<?> name : names) {
                String text = String.valueOf(name.get(1));
                found.add(
                        name.get(0).equals(7)
                                ? java.net.InetAddress.ofLiteral(text).getHostAddress()
                                : text);
            }
            return found.equals(new TreeSet<>(wanted));
        } catch (CertificateParsingException e) {
            throw new IOException("cannot read a certificate's names", e);
        }
    }
}
