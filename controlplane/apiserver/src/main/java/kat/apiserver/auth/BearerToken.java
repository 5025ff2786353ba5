package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// The token that a request bears: in `Authorization`, or, for browsers' WebSockets, among the
/// protocols that it offers.
///
/// **Source:** `apiserver/pkg/authentication/request/bearertoken`, `…/websocket`.
final class BearerToken {

    private static final String PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    /// Empty when there is none.
    static String of(Credentials credentials) {
        List<String> parts = List.of(credentials.header("authorization").strip().split(" ", 3));
        if (parts.size() >= 2 && parts.getFirst().toLowerCase(Locale.ROOT).equals("bearer")) {
            return parts.get(1);
        }
        return credentials.header("upgrade").toLowerCase(Locale.ROOT).contains("websocket")
                ? amongProtocols(credentials.headers("sec-websocket-protocol"))
                : "";
    }

    private static String amongProtocols(List<String> offers) {
        for (String offer : offers) {
            for (String protocol : offer.split(",", -1)) {
                String name = protocol.strip();
                if (name.startsWith(PROTOCOL)) {
                    return decoded(name.substring(PROTOCOL.length()));
                }
            }
        }
        return "";
    }

    private static String decoded(String encoded) {
        try {
            return new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return "";
        }
    }
}
