package kat.apiserver.pki;

import java.security.PublicKey;
import java.time.Duration;
import java.util.List;

/// What a certificate says.
///
/// @param commonName the user, for a client's
/// @param organizations the groups, for a client's
/// @param dnsNames alternative names of a server
/// @param emails alternative names that are addresses of mail
/// @param addresses alternative addresses of a server, in text form
/// @param uris alternative names that are URIs
/// @param use whom it is for
/// @param validity from an hour before now
public record CertificateSpec(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> emails,
        List<String> addresses,
        List<String> uris,
        Use use,
        Duration validity,
        PublicKey key) {

    /// Whom a certificate is for.
    public enum Use {
        AUTHORITY,
        SERVER,
        CLIENT,
        SERVER_AND_CLIENT
    }

    public CertificateSpec {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        emails = List.copyOf(emails);
        addresses = List.copyOf(addresses);
        uris = List.copyOf(uris);
    }

    /// A certificate without addresses of mail and URIs.
    public CertificateSpec(
            String commonName,
            List<String> organizations,
            List<String> dnsNames,
            List<String> addresses,
            Use use,
            Duration validity,
            PublicKey key) {
        this(
                commonName,
                organizations,
                dnsNames,
                List.of(),
                addresses,
                List.of(),
                use,
                validity,
                key);
    }
}
