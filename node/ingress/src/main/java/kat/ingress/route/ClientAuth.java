package kat.ingress.route;

import java.util.List;
import kat.api.ObjectKey;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// What a host wants of its clients' certificates.
///
/// @param rule what the annotations say
/// @param trust whom it trusts; null when that cannot be told, and then nobody passes
///
/// **Threads:** immutable.
///
/// **Source:** ingress-nginx, "Client Certificate Authentication" and `nginx.tmpl`; nginx,
/// `ngx_http_process_request`.
public record ClientAuth(Rule rule, @Nullable ClientTrust trust) {

    static final List<String> MODES = List.of("on", "off", "optional", "optional_no_ca");

    private static final int FOUND = 302;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    /// The annotations of one Ingress.
    ///
    /// @param secret with `ca.crt`, perhaps `ca.crl`; null for none that can be used
    /// @param mode one of `on`, `optional`, `optional_no_ca`
    /// @param depth how many certificates may stand between a client's and a root
    /// @param errorPage where refused clients are led; empty for nowhere
    /// @param passes whether servers get the certificate itself
    /// @param matchCn found in the subject of those who pass; null for any
    /// @param isBroken whether nobody may pass, since what is asked cannot be read
    public record Rule(
            @Nullable ObjectKey secret,
            String mode,
            int depth,
            String errorPage,
            boolean passes,
            @Nullable Regex matchCn,
            boolean isBroken) {}

    /// Refuses a request, or null to let it pass.
    ///
    /// @param shown what became of the client's certificate
    public @Nullable Verdict decide(Shown shown) {
        if (trust == null || rule.isBroken()) {
            return new Verdict.Refuse(FORBIDDEN, "", "");
        }
        return switch (shown.result()) {
            case NONE -> rule.mode().equals("on") ? missing() : matched(shown);
            case SUCCESS -> matched(shown);
            case UNTRUSTED -> rule.mode().equals("optional_no_ca") ? matched(shown) : wrong();
            case INVALID -> wrong();
        };
    }

    private @Nullable Verdict matched(Shown shown) {
        Regex wanted = rule.matchCn();
        return wanted == null || wanted.find(shown.subject())
                ? null
                : new Verdict.Refuse(FORBIDDEN, "client certificate unauthorized", "");
    }

    private Verdict missing() {
        return refused("No required SSL certificate was sent");
    }

    private Verdict wrong() {
        return refused("The SSL certificate error");
    }

    private Verdict refused(String message) {
        return rule.errorPage().isEmpty()
                ? new Verdict.Refuse(BAD_REQUEST, message, "")
                : new Verdict.Redirect(FOUND, rule.errorPage());
    }

    /// What a connection showed.
    ///
    /// @param reason why it is not trusted; empty for no reason
    /// @param subject in the form of RFC 2253; empty where nothing was shown
    /// @param issuer likewise
    /// @param pem the certificate, escaped for a header; empty where nothing was shown
    public record Shown(Result result, String reason, String subject, String issuer, String pem) {

        public static final Shown NOTHING = new Shown(Result.NONE, "", "", "", "");

        /// The value of `ssl-client-verify`.
        public String verify() {
            return switch (result) {
                case NONE -> "NONE";
                case SUCCESS -> "SUCCESS";
                case UNTRUSTED, INVALID -> "FAILED:" + reason;
            };
        }
    }

    /// What became of a certificate.
    public enum Result {
        NONE,
        SUCCESS,
        /// No authority that is trusted stands behind it.
        UNTRUSTED,
        /// It is expired, revoked, for another use, or its chain is too long.
        INVALID
    }
}
