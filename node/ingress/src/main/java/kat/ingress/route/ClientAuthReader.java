package kat.ingress.route;

import java.util.List;
import kat.api.ObjectKey;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// Reads what an Ingress wants of its clients' certificates from its annotations.
///
/// **Threads:** one.
///
/// **Source:** ingress-nginx, `annotations/authtls`.
final class ClientAuthReader {

    private static final int DEPTH = 1;

    private final Annotations from;
    private final String namespace;
    private boolean isBroken;

    ClientAuthReader(Annotations from, String namespace) {
        this.from = from;
        this.namespace = namespace;
    }

    /// Null where certificates are not asked for. What cannot be read lets nobody pass.
    ClientAuth.@Nullable Rule read() {
        String mode = mode();
        int depth = from.number("auth-tls-verify-depth", 0, DEPTH);
        String page = errorPage();
        boolean passes = from.bool("auth-tls-pass-certificate-to-upstream", false);
        Regex matchCn = matchCn();
        if (!from.has("auth-tls-secret") || mode.equals("off")) {
            return null;
        }
        ObjectKey secret = secret();
        return new ClientAuth.Rule(
                secret, mode, depth == 0 ? DEPTH : depth, page, passes, matchCn, isBroken);
    }

    private String mode() {
        String mode = from.text("auth-tls-verify-client");
        if (mode.isEmpty()) {
            return "on";
        }
        if (!ClientAuth.MODES.contains(mode)) {
            from.invalid("auth-tls-verify-client", "on, off, optional or optional_no_ca");
            return "on";
        }
        return mode;
    }

    private String errorPage() {
        String page = from.text("auth-tls-error-page");
        if (!page.matches("(https?://[!-~]+)?")) {
            from.invalid("auth-tls-error-page", "a URL with http:// or https://");
            return "";
        }
        return page;
    }

    private @Nullable Regex matchCn() {
        String text = from.text("auth-tls-match-cn");
        if (text.isEmpty()) {
            return null;
        }
        try {
            if (text.contains("CN=")) {
                return Regex.compile(text);
            }
        } catch (IllegalArgumentException e) {
            // Told below, as a text without CN=.
        }
        from.invalid("auth-tls-match-cn", "a regular expression with CN=");
        isBroken = true;
        return null;
    }

    private @Nullable ObjectKey secret() {
        List<String> parts = List.of(from.text("auth-tls-secret").split("/", -1));
        boolean isOurs = parts.size() == 2 && parts.getFirst().equals(namespace);
        if (!isOurs || parts.getLast().isEmpty()) {
            from.invalid("auth-tls-secret", "namespace/name of a Secret of the same namespace");
            isBroken = true;
            return null;
        }
        return ObjectKey.of(parts.getFirst(), parts.getLast());
    }
}
