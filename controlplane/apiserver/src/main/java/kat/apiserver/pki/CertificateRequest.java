package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import kat.api.x509.PemBlock;
import kat.api.x509.SignedRequest;

/// What a PKCS #10 request asks for.
///
/// @param dnsNames alternative names, as are the other lists
/// @param emails addresses of mail among the alternative names; names of still other kinds are
///     passed over, as Go's `x509` does
/// @param key that the certificate is to have
///
/// **Source:** RFC 2986; RFC 5280 §4.2.1.6. Which text is a request, and whether it is signed
/// well, is decided where objects are validated: [PemBlock], [SignedRequest].
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> emails,
        List<String> addresses,
        List<String> uris,
        SubjectKey key) {

    private static final String TYPE = "CERTIFICATE REQUEST";
    private static final byte[] ALTERNATIVE_NAMES = Der.oid("2.5.29.17");
    private static final byte[] EC_KEY = Der.oid("1.2.840.10045.2.1");
    private static final byte[] RSA_KEY = Der.oid("1.2.840.113549.1.1.1");

    public CertificateRequest {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        emails = List.copyOf(emails);
        addresses = List.copyOf(addresses);
        uris = List.copyOf(uris);
    }

    /// One value of DER: its tag, what it holds, and all of it.
    private static final class Part {

        private final int tag;
        private final byte[] content;
        private final byte[] whole;

        Part(int tag, byte[] content, byte[] whole) {
            this.tag = tag;
            this.content = content;
            this.whole = whole;
        }

        int tag() {
            return tag;
        }

        byte[] content() {
            return content;
        }

        byte[] whole() {
            return whole;
        }
    }

    /// A key as certificates have it, be it of a kind that Java does not know, as on P-224.
    public static final class SubjectKey implements PublicKey {

        private static final long serialVersionUID = 1L;

        private final byte[] info;

        private SubjectKey(byte[] info) {
            this.info = info;
        }

        @Override
        public String getAlgorithm() {
            byte[] algorithm =
                    parts(parts(parts(info).getFirst().content()).getFirst().content())
                            .getFirst()
                            .whole();
            if (Arrays.equals(algorithm, EC_KEY)) {
                return "EC";
            }
            return Arrays.equals(algorithm, RSA_KEY) ? "RSA" : "Ed25519";
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return info.clone();
        }
    }

    /// What a request asks for whose signature fits its key.
    ///
    /// @param pem whose first block is the request
    /// @throws GeneralSecurityException when it is none, or is signed by another key
    public static CertificateRequest parseSigned(String pem) throws GeneralSecurityException {
        return parse(pem, SignedRequest::fault);
    }

    /// What a request asks for, whoever signed it.
    ///
    /// @param pem whose first block is the request
    /// @throws GeneralSecurityException when it is none
    public static CertificateRequest parse(String pem) throws GeneralSecurityException {
        return parse(pem, SignedRequest::formFault);
    }

    private static CertificateRequest parse(String pem, Function<byte[], String> judge)
            throws GeneralSecurityException {
        PemBlock block = PemBlock.first(pem);
        if (block == null || !block.type().equals(TYPE)) {
            throw new GeneralSecurityException("PEM block type must be " + TYPE);
        }
        String fault = judge.apply(block.content());
        if (!fault.isEmpty()) {
            throw new GeneralSecurityException(fault);
        }
        try {
            return read(block.content());
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | NoSuchElementException
                | BufferUnderflowException
                | InvalidNameException e) {
            throw new GeneralSecurityException("malformed certificate request", e);
        }
    }

    private static CertificateRequest read(byte[] der) throws InvalidNameException {
        List<Part> outer = parts(parts(der).getFirst().content());
        List<Part> body = parts(outer.getFirst().content());
        String name = "";
        List<String> organizations = new ArrayList<>();
        String subject = new X500Principal(body.get(1).whole()).getName();
        for (Rdn part : new LdapName(subject).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN")) {
                name = String.valueOf(part.getValue());
            } else if (part.getType().equalsIgnoreCase("O")) {
                organizations.add(String.valueOf(part.getValue()));
            }
        }
        List<String> dns = new ArrayList<>();
        List<String> emails = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        for (Part alternative : body.size() > 3 ? alternatives(body.get(3)) : List.<Part>of()) {
            switch (alternative.tag() & 0x1F) {
                case 1 -> emails.add(new String(alternative.content(), US_ASCII));
                case 2 -> dns.add(new String(alternative.content(), US_ASCII));
                case 6 -> uris.add(new String(alternative.content(), US_ASCII));
                case 7 -> addresses.add(address(alternative.content()));
                default -> {}
            }
        }
        return new CertificateRequest(
                name,
                organizations,
                dns,
                emails,
                addresses,
                uris,
                new SubjectKey(body.get(2).whole()));
    }

    private static String address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    private static List<Part> parts(byte[] der) {
        List<Part> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(der);
        while (in.hasRemaining()) {
            int start = in.position();
            int tag = in.get() & 0xFF;
            int length = in.get() & 0xFF;
            if (length > 0x80) {
                int bytes = length & 0x7F;
                if (bytes > 3) {
                    throw new IllegalArgumentException("the value is too long");
                }
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = (length << 8) | (in.get() & 0xFF);
                }
            }
            if (length > in.remaining()) {
                throw new IllegalArgumentException("the value ends too early");
            }
            byte[] content = new byte[length];
            in.get(content);
            byte[] whole = new byte[in.position() - start];
            in.get(start, whole);
            found.add(new Part(tag, content, whole));
        }
        return found;
    }

    /// The alternative names among the extensions that are asked for.
    private static List<Part> alternatives(Part attributes) {
        for (Part attribute : parts(attributes.content())) {
            Part values = parts(attribute.content()).get(1);
            for (Part extensions : parts(values.content())) {
                if (extensions.tag() == 0x30) {
                    for (Part extension : parts(extensions.content())) {
                        List<Part> members = parts(extension.content());
                        if (Arrays.equals(members.getFirst().whole(), ALTERNATIVE_NAMES)) {
                            return parts(parts(members.getLast().content()).getFirst().content());
                        }
                    }
                }
            }
        }
        return List.of();
    }
}
