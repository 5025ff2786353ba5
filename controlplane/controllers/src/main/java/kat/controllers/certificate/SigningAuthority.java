package kat.controllers.certificate;

import java.time.Duration;
import java.util.List;

/// Signs requests for certificates.
///
/// **Threads:** any.
public interface SigningAuthority {

    /// What is asked for.
    ///
    /// @param request PKCS #10 as PEM
    /// @param usages as the API names them, for example `client auth`
    record Order(String request, String signerName, List<String> usages, Duration validity) {
        public Order {
            usages = List.copyOf(usages);
        }
    }

    /// What came of it: one of both is empty.
    ///
    /// @param certificate as PEM
    /// @param refusal why the signer does not sign this
    record Signed(String certificate, String refusal) {}

    Signed sign(Order order);

    /// The user that a certificate for a node's agent would be for; empty when the request is for
    /// no such certificate.
    String nodeOf(Order order);
}
