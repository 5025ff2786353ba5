package kat.apiserver.auth;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.measure.CredentialMetrics;
import kat.apiserver.registry.Names;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Tokens of service accounts: made on request and valid while account and bound object exist, or
/// kept in a Secret and valid as long as it is there.
///
/// **Threads:** any; never blocks.
///
/// **Source:** KEP-1205 (bound service account tokens); `pkg/serviceaccount`.
public final class ServiceAccountTokens {

    static final String PRIVATE = "kubernetes.io";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final int MAX_KNOWN = 4096;

    private final TokenSigner signer;
    private final AccountObjects objects;
    private final Ticker ticker;
    private final Names names;
    private final String issuer;
    private final BoundTokens bound;
    private final SecretTokens secret;
    private final Map<String, JsonObject> known = new ConcurrentHashMap<>();

    public ServiceAccountTokens(
            TokenSigner signer, AccountObjects objects, Around around, Names names, String issuer) {
        this.signer = signer;
        this.objects = objects;
        this.ticker = around.ticker();
        this.names = names;
        this.issuer = issuer;
        this.bound = new BoundTokens(objects, ticker, around.metrics());
        this.secret = new SecretTokens(objects, around.used(), around.metrics());
    }

    /// @param used is told of each Secret whose token was shown, and must be quick
    /// @param metrics told what tokens were like
    public record Around(Ticker ticker, Consumer<KubeObject> used, CredentialMetrics metrics) {}

    /// What a token is for.
    ///
    /// @param audiences empty for the API server itself
    /// @param seconds for which it is valid
    /// @param warnAfter from when on its use is stale, in seconds; 0 for never
    /// @param bound the object with whose end the token ends; null for none
    public record Wish(
            KubeObject account,
            List<String> audiences,
            long seconds,
            long warnAfter,
            @Nullable KubeObject bound) {}

    public String issuer() {
        return issuer;
    }

    public String issue(Wish wish) {
        Instant now = ticker.now();
        KubeObject account = wish.account();
        JsonObject own =
                JsonObject.of(
                        "namespace",
                        Json.of(account.namespace()),
                        "serviceaccount",
                        reference(account));
        KubeObject object = wish.bound();
        if (object != null) {
            own = own.with(object.kind().toLowerCase(Locale.ROOT), reference(object));
            String node = object.spec().string("nodeName");
            if (object.kind().equals("Pod") && !node.isEmpty()) {
                own = own.with("node", node(node));
            }
        }
        if (wish.warnAfter() > 0) {
            own = own.with("warnafter", now.getEpochSecond() + wish.warnAfter());
        }
        List<String> audiences = wish.audiences().isEmpty() ? List.of(issuer) : wish.audiences();
        return signer.sign(
                JsonObject.builder()
                        .put("aud", JsonArray.ofStrings(audiences))
                        .put("exp", now.getEpochSecond() + wish.seconds())
                        .put("iat", now.getEpochSecond())
                        .put("iss", issuer)
                        .put("jti", names.uid())
                        .put(PRIVATE, own)
                        .put("nbf", now.getEpochSecond())
                        .put("sub", ACCOUNT + account.namespace() + ":" + account.name())
                        .build());
    }

    /// A node that is gone leaves its name.
    private JsonObject node(String name) {
        KubeObject node = objects.find(Kinds.NODE, "", name);
        return node == null ? JsonObject.of("name", Json.of(name)) : reference(node);
    }

    private static JsonObject reference(KubeObject object) {
        return JsonObject.of("name", Json.of(object.name()), "uid", Json.of(object.uid()));
    }

    /// Who a token is, when it is of a service account at all.
    ///
    /// @param audiences at least one of which the token must be for
    public Login login(String token, List<String> audiences) {
        JsonObject claims = known.get(token);
        if (claims == null) {
            claims = TokenSigner.unverified(token);
            if (claims == null || !isOurs(claims.string("iss"))) {
                return Login.ABSENT;
            }
            String fault = signer.fault(token);
            if (!fault.isEmpty()) {
                return new Login.Refused(fault);
            }
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.put(token, claims);
        }
        return verified(token, claims, audiences);
    }

    private boolean isOurs(String by) {
        return by.equals(issuer) || by.equals(SecretTokens.ISSUER);
    }

    private Login verified(String token, JsonObject claims, List<String> audiences) {
        List<String> named =
                claims.get("aud") instanceof JsonArray several
                        ? several.strings()
                        : List.of(claims.string("aud", issuer));
        List<String> meant = named.isEmpty() ? List.of(issuer) : named;
        List<String> fitting = meant.stream().filter(audiences::contains).toList();
        if (fitting.isEmpty()) {
            return new Login.Refused(
                    "token audiences "
                            + shown(meant)
                            + " is invalid for the target audiences "
                            + shown(audiences));
        }
        return claims.string("iss").equals(issuer)
                ? bound.login(claims, fitting)
                : secret.login(token, claims, fitting);
    }

    private static String shown(List<String> texts) {
        return "["
                + String.join(" ", texts.stream().map(text -> Json.of(text).toString()).toList())
                + "]";
    }
}
