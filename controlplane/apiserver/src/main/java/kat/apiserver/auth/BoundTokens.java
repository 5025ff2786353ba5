package kat.apiserver.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.measure.CredentialMetrics;
import kat.base.Ticker;

/// Judges tokens that were made on request: by their time, their account, and the object with
/// whose end they end.
///
/// | bound to | ends with |
/// |---|---|
/// | nothing | the account |
/// | a Pod or a Secret | that too |
/// | a Node | that too; the node of a bound pod is only told |
///
/// **Threads:** any; never blocks.
///
/// **Source:** `pkg/serviceaccount/claims.go`.
final class BoundTokens {

    private static final String EXTRA = "authentication.kubernetes.io/";

    /// By so much clocks may differ; what is deleted counts for so much longer.
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private static final String ENDED = "service account token has been invalidated";

    private final AccountObjects objects;
    private final CredentialMetrics metrics;
    private final Ticker ticker;

    BoundTokens(AccountObjects objects, Ticker ticker, CredentialMetrics metrics) {
        this.objects = objects;
        this.metrics = metrics;
        this.ticker = ticker;
    }

    /// @param claims of a token that this server signed
    /// @param audiences that the token is for
    Login login(JsonObject claims, List<String> audiences) {
        JsonObject own = claims.object(ServiceAccountTokens.PRIVATE);
        String why = outOfTime(claims);
        if (why.isEmpty()) {
            why = withoutAccount(own);
        }
        if (why.isEmpty()) {
            why = withoutObject(own);
        }
        return why.isEmpty()
                ? new Login.Accepted(user(claims, own), audiences, "", stale(claims, own))
                : new Login.Refused(why);
    }

    /// That a pod should have read its token again, for the audit log.
    private Map<String, String> stale(JsonObject claims, JsonObject own) {
        long warnAfter = own.integer("warnafter", Long.MAX_VALUE);
        long late = ticker.now().getEpochSecond() - warnAfter;
        if (warnAfter != Long.MAX_VALUE) {
            metrics.bound(late > 0);
        }
        return late <= 0
                ? Map.of()
                : Map.of(
                        "authentication.k8s.io/stale-token",
                        "subject: "
                                + claims.string("sub")
                                + ", seconds after warning threshold: "
                                + late);
    }

    private String outOfTime(JsonObject claims) {
        Instant now = ticker.now();
        if (Instant.ofEpochSecond(claims.integer("nbf", 0)).isAfter(now.plus(LEEWAY))) {
            return "service account token is not valid yet";
        }
        if (Instant.ofEpochSecond(claims.integer("exp", 0)).isBefore(now.minus(LEEWAY))) {
            return "service account token has expired";
        }
        return Instant.ofEpochSecond(claims.integer("iat", 0)).isAfter(now.plus(LEEWAY))
                ? "service account token is issued in the future"
                : "";
    }

    private String withoutAccount(JsonObject own) {
        String namespace = own.string("namespace");
        JsonObject reference = own.object("serviceaccount");
        String name = reference.string("name");
        String uid = reference.string("uid");
        KubeObject account = objects.find(Kinds.SERVICE_ACCOUNT, namespace, name);
        if (account == null) {
            return "serviceaccounts \"" + name + "\" not found";
        }
        if (!account.uid().equals(uid)) {
            return "service account UID (" + account.uid() + ") does not match claim (" + uid + ")";
        }
        return isGone(account)
                ? "service account " + namespace + "/" + name + " has been deleted"
                : "";
    }

    private String withoutObject(JsonObject own) {
        String namespace = own.string("namespace");
        String why = ended(Kinds.SECRET, namespace, own.object("secret"));
        if (why.isEmpty()) {
            why = ended(Kinds.POD, namespace, own.object("pod"));
        }
        return why.isEmpty() && !own.has("pod") ? ended(Kinds.NODE, "", own.object("node")) : why;
    }

    private String ended(Kind kind, String namespace, JsonObject reference) {
        if (reference.isEmpty()) {
            return "";
        }
        KubeObject found = objects.find(kind, namespace, reference.string("name"));
        if (found == null || isGone(found)) {
            return ENDED;
        }
        String uid = reference.string("uid");
        String word = kind.singular();
        return found.uid().equals(uid)
                ? ""
                : word
                        + " UID ("
                        + found.uid()
                        + ") does not match service account "
                        + word
                        + " ref claim ("
                        + uid
                        + ")";
    }

    private boolean isGone(KubeObject object) {
        Instant deleted = object.deletionTimestamp();
        return deleted != null && deleted.isBefore(ticker.now().minus(LEEWAY));
    }

    private static User user(JsonObject claims, JsonObject own) {
        TreeMap<String, List<String>> extra = new TreeMap<>();
        String id = claims.string("jti");
        if (!id.isEmpty()) {
            extra.put(EXTRA + "credential-id", List.of("JTI=" + id));
        }
        for (String kind : List.of("pod", "node")) {
            tell(extra, kind, own.object(kind));
        }
        JsonObject account = own.object("serviceaccount");
        return AccountObjects.user(
                own.string("namespace"), account.string("name"), account.string("uid"), extra);
    }

    private static void tell(Map<String, List<String>> extra, String kind, JsonObject reference) {
        for (String part : List.of("name", "uid")) {
            String value = reference.string(part);
            if (!value.isEmpty()) {
                extra.put(EXTRA + kind + "-" + part, List.of(value));
            }
        }
    }
}
