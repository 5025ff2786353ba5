package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// What a PKCS #10 request asks for.
///
/// @param dnsNames alternative names, as are the other lists
/// @param others how many alternative names are neither DNS names nor addresses
///
/// **Source:** RFC 2986; RFC 5280 §4.2.1.6.
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> addresses,
        int others,
        PublicKey key) {

    private static final String BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
    private static final String END = "-----END CERTIFICATE REQUEST-----";
    private static final byte[] ALTERNATIVE_NAMES = Der.oid("2.5.29.17");
    private static final byte[] EC_KEY = Der.oid("1.2.840.10045.2.1");
    private static final byte[] RSA_KEY = Der.oid("1.2.840.113549.1.1.1");
    private static final byte[] ED25519_KEY = Der.oid("1.3.101.112");

    public CertificateRequest {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        addresses = List.copyOf(addresses);
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

    /// @throws GeneralSecurityException when it is none, or its signature does not fit its key
    public static CertificateRequest parse(String pem) throws GeneralSecurityException {
        int from = pem.indexOf(BEGIN);
        int to = pem.indexOf(END);
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("PEM block type must be CERTIFICATE REQUEST");
        }
        String text = pem.substring(from + BEGIN.length(), to);
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.getBytes(US_ASCII));
            return read(der);
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | BufferUnderflowException
                | InvalidNameException e) {
            throw new GeneralSecurityException("malformed certificate request", e);
        }
    }

    private static CertificateRequest read(byte[] der)
            throws GeneralSecurityException, InvalidNameException {
        List<Part> outer = parts(parts(der).getFirst().content());
        List<Part> body = parts(outer.getFirst().content());
        PublicKey key = key(body.get(2));
        requireSignature(outer, key);
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
        List<String> addresses = new ArrayList<>();
        int others = 0;
        for (Part alternative : body.size() > 3 ? alternatives(body.get(3)) : List.<Part>of()) {
            switch (alternative.tag() & 0x1F) {
                case 2 -> dns.add(new String(alternative.content(), US_ASCII));
                case 7 -> addresses.add(address(alternative.content()));
                default -> others++;
            }
        }
        return new CertificateRequest(name, organizations, dns, addresses, others, key);
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

    private static PublicKey key(Part info) throws GeneralSecurityException {
        byte[] algorithm = parts(parts(info.content()).getFirst().content()).getFirst().whole();
        String name =
                Arrays.equals(algorithm, EC_KEY)
                        ? "EC"
                        : Arrays.equals(algorithm, RSA_KEY)
                                ? "RSA"
                                : Arrays.equals(algorithm, ED25519_KEY) ? "Ed25519" : "";
        if (name.isEmpty()) {
            throw new GeneralSecurityException("unknown public key algorithm");
        }
        return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(info.whole()));
    }

    /// The algorithms that clients sign with.
    private static String algorithm(byte[] oid) throws GeneralSecurityException {
        for (String[] each :
                new String[][] {
                    {"1.2.840.10045.4.3.2", "SHA256withECDSA"},
                    {"1.2.840.10045.4.3.3", "SHA384withECDSA"},
                    {"1.2.840.10045.4.3.4", "SHA512withECDSA"},
                    {"1.2.840.113549.1.1.11", "SHA256withRSA"},
                    {"1.2.840.113549.1.1.12", "SHA384withRSA"},
                    {"1.2.840.113549.1.1.13", "SHA512withRSA"},
                    {"1.3.101.112", "Ed25519"},
                }) {
            if (Arrays.equals(oid, Der.oid(each[0]))) {
                return each[1];
            }
        }
        throw new GeneralSecurityException("unknown signature algorithm");
    }

    private static void requireSignature(List<Part> outer, PublicKey key)
            throws GeneralSecurityException {
        String algorithm = algorithm(parts(outer.get(1).content()).getFirst().whole());
        byte[] bits = outer.get(2).content();
        Signature check = Signature.getInstance(algorithm);
        check.initVerify(key);
        check.update(outer.getFirst().whole());
        if (!check.verify(bits, 1, bits.length - 1)) {
            throw new GeneralSecurityException("the signature does not fit the key");
        }
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
