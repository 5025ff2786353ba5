package kat.apiserver.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Ticker;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Tokens of service accounts: made on request, valid while account and bound object exist.
///
/// **Threads:** any; never blocks.
///
/// **Source:** KEP-1205 (bound service account tokens); `pkg/serviceaccount/claims.go`.
public final class ServiceAccountTokens implements Authenticator.TokenReviewer {

    private static final String PRIVATE = "kubernetes.io";
    private static final String EXTRA = "authentication.kubernetes.io/";
    private static final int MAX_KNOWN = 4096;

    private final TokenSigner signer;
    private final Reader reader;
    private final Resources resources;
    private final Ticker ticker;
    private final Names names;
    private final String issuer;
    private final Map<String, JsonObject> known = new ConcurrentHashMap<>();

    public ServiceAccountTokens(
            TokenSigner signer, Objects objects, Ticker ticker, Names names, String issuer) {
        this.signer = signer;
        this.reader = objects.reader();
        this.resources = objects.resources();
        this.ticker = ticker;
        this.names = names;
        this.issuer = issuer;
    }

    /// Where accounts and pods are looked up.
    public record Objects(Reader reader, Resources resources) {}

    /// What a token is for.
    ///
    /// @param audiences empty for the API server itself
    /// @param bound the object with whose end the token ends; null for none
    public record Wish(
            KubeObject account, List<String> audiences, long seconds, @Nullable KubeObject bound) {}

    public String issuer() {
        return issuer;
    }

    public String issue(Wish wish) {
        Instant now = ticker.now();
        List<String> audiences = wish.audiences().isEmpty() ? List.of(issuer) : wish.audiences();
        KubeObject account = wish.account();
        JsonObject own =
                JsonObject.of(
                        "namespace",
                        Json.of(account.namespace()),
                        "serviceaccount",
                        reference(account));
        KubeObject bound = wish.bound();
        if (bound != null) {
            own = own.with(bound.kind().toLowerCase(java.util.Locale.ROOT), reference(bound));
            String node = bound.spec().string("nodeName");
            KubeObject host = node.isEmpty() ? null : find(Kinds.NODE, "", node);
            if (host != null) {
                own = own.with("node", reference(host));
            }
        }
        JsonObject claims =
                JsonObject.builder()
                        .put("aud", JsonArray.ofStrings(audiences))
                        .put("exp", now.getEpochSecond() + wish.seconds())
                        .put("iat", now.getEpochSecond())
                        .put("iss", issuer)
                        .put("jti", names.uid())
                        .put(PRIVATE, own)
                        .put("nbf", now.getEpochSecond())
                        .put(
                                "sub",
                                "system:serviceaccount:"
                                        + account.namespace()
                                        + ":"
                                        + account.name())
                        .build();
        return signer.sign(claims);
    }

    private static JsonObject reference(KubeObject object) {
        return JsonObject.of("name", Json.of(object.name()), "uid", Json.of(object.uid()));
    }

    @Override
    public @Nullable User review(String token) {
        return review(token, List.of(issuer));
    }

    /// @param audiences at least one of which the token must be for
    public @Nullable User review(String token, List<String> audiences) {
        JsonObject claims = known.get(token);
        if (claims == null) {
            claims = signer.verify(token);
            if (claims == null) {
                return null;
            }
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.put(token, claims);
        }
        return isValid(claims, audiences) ? user(claims) : null;
    }

    private boolean isValid(JsonObject claims, List<String> audiences) {
        long now = ticker.now().getEpochSecond();
        List<String> named = claims.array("aud").strings();
        if (!claims.string("iss").equals(issuer)
                || claims.integer("exp", 0) <= now
                || named.stream().noneMatch(audiences::contains)) {
            return false;
        }
        JsonObject own = claims.object(PRIVATE);
        String namespace = own.string("namespace");
        return exists(Kinds.SERVICE_ACCOUNT, namespace, own.object("serviceaccount"))
                && (!own.has("pod") || exists(Kinds.POD, namespace, own.object("pod")))
                && (!own.has("secret") || exists(Kinds.SECRET, namespace, own.object("secret")));
    }

    private boolean exists(Kind kind, String namespace, JsonObject reference) {
        KubeObject found = find(kind, namespace, reference.string("name"));
        return found != null && found.uid().equals(reference.string("uid"));
    }

    private @Nullable KubeObject find(Kind kind, String namespace, String name) {
        Resource resource = resources.require(kind);
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    private static User user(JsonObject claims) {
        JsonObject own = claims.object(PRIVATE);
        String namespace = own.string("namespace");
        TreeMap<String, List<String>> extra = new TreeMap<>();
        extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.string("jti")));
        for (String kind : List.of("pod", "node")) {
            JsonObject reference = own.object(kind);
            if (!reference.isEmpty()) {
                extra.put(EXTRA + kind + "-name", List.of(reference.string("name")));
                extra.put(EXTRA + kind + "-uid", List.of(reference.string("uid")));
            }
        }
        List<String> groups = new ArrayList<>();
        groups.add("system:serviceaccounts");
        groups.add("system:serviceaccounts:" + namespace);
        groups.add(User.AUTHENTICATED);
        return new User(
                claims.string("sub"), own.object("serviceaccount").string("uid"), groups, extra);
    }
}
