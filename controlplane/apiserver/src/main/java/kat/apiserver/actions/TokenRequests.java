package kat.apiserver.actions;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.apply.FieldManager;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.apiserver.auth.ServiceAccountTokens;
import kat.apiserver.auth.TokenSigner;
import kat.apiserver.registry.Agreement;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;
import kat.base.Ticker;

/// Answers `serviceaccounts/token`.
///
/// **Source:** `pkg/registry/core/serviceaccount/storage/token.go`.
public final class TokenRequests {

    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    /// What the kubelet asks for on behalf of pods; such a token is extended, so that programs
    /// that read it once go on working.
    private static final long POD_SECONDS = 3607;

    private static final Duration EXTENDED = Duration.ofDays(365);

    private static final Kind TOKEN_REQUEST = named("authentication.k8s.io", "TokenRequest");

    private static final FieldManager OWNERS =
            new FieldManager(
                    TOKEN_REQUEST,
                    Objects.requireNonNull(
                            Schemas.builtIn().find("io.k8s.api.authentication.v1.TokenRequest")),
                    "token");

    private final Reader reader;
    private static final String ISSUED = "authentication.kubernetes.io/issued-credential-id";

    private final Resources resources;
    private final ServiceAccountTokens tokens;
    private final Ticker ticker;

    public TokenRequests(
            Reader reader, Resources resources, ServiceAccountTokens tokens, Ticker ticker) {
        this.reader = reader;
        this.resources = resources;
        this.tokens = tokens;
        this.ticker = ticker;
    }

    /// A kind that messages call by its name and not by its plural.
    private static Kind named(String group, String name) {
        return new Kind(
                group, "v1", name, name, "", true, List.of(), List.of(), List.of(), List.of(), "");
    }

    JsonObject answer(Target target, JsonObject request, WriteCall call) {
        Agreement.requireNamespace(target, new KubeObject(request));
        requireName(target, request.object("metadata"));
        KubeObject account =
                target.resource().object(reader.require(target.resource(), target.key()));
        requireUid(account, request.object("metadata").string("uid"));
        JsonObject spec = request.object("spec");
        long seconds = spec.integer("expirationSeconds", DEFAULT_SECONDS);
        requireDuration(seconds);
        JsonObject reference = spec.object("boundObjectRef");
        boolean binds = spec.has("boundObjectRef");
        KubeObject bound = binds ? bound(target, reference) : null;
        List<String> asked = spec.array("audiences").strings();
        List<String> audiences = asked.isEmpty() ? List.of(tokens.issuer()) : asked;
        boolean extended =
                seconds == POD_SECONDS
                        && bound != null
                        && bound.kind().equals("Pod")
                        && audiences.equals(List.of(tokens.issuer()));
        String token =
                tokens.issue(
                        new ServiceAccountTokens.Wish(
                                account,
                                audiences,
                                extended ? EXTENDED.toSeconds() : seconds,
                                extended ? seconds : 0,
                                bound));
        JsonObject claims = TokenSigner.unverified(token);
        if (claims != null) {
            call.annotate(ISSUED, "JTI=" + claims.string("jti"));
        }
        JsonObject answered =
                spec.with("audiences", JsonArray.ofStrings(audiences))
                        .with("expirationSeconds", seconds)
                        .with("boundObjectRef", binds ? reference : JsonNull.NULL);
        String expires = Times.format(ticker.now().plusSeconds(seconds));
        JsonObject asks =
                JsonObject.of("spec", spec.with("expirationSeconds", seconds))
                        .with("metadata", JsonObject.EMPTY);
        KubeObject owned = OWNERS.created(new KubeObject(asks), call.manager(), ticker.now());
        JsonObject metadata =
                JsonObject.builder()
                        .put("managedFields", owned.metadata().array("managedFields"))
                        .put("creationTimestamp", Times.format(ticker.now()))
                        .put("name", account.name())
                        .put("namespace", account.namespace())
                        .put("uid", account.uid())
                        .build();
        return request.with("apiVersion", "authentication.k8s.io/v1")
                .with("kind", "TokenRequest")
                .with("metadata", metadata)
                .with("spec", answered)
                .with(
                        "status",
                        JsonObject.of(
                                "expirationTimestamp", Json.of(expires), "token", Json.of(token)));
    }

    private static void requireName(Target target, JsonObject metadata) {
        String told = metadata.string("name");
        if (!told.isEmpty() && !told.equals(target.name())) {
            Status.Cause cause =
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: \""
                                    + told
                                    + "\": must match the service account name if specified",
                            "metadata.name");
            throw Status.invalid(TOKEN_REQUEST, target.name(), List.of(cause)).asException();
        }
    }

    private static void requireUid(KubeObject account, String uid) {
        if (!uid.isEmpty() && !uid.equals(account.uid())) {
            throw Status.conflict(
                            TOKEN_REQUEST,
                            account.name(),
                            "the UID in the token request ("
                                    + uid
                                    + ") does not match the UID of the service account ("
                                    + account.uid()
                                    + ")")
                    .asException();
        }
    }

    private static void requireDuration(long seconds) {
        String why = null;
        if (seconds < LEAST_SECONDS) {
            why = "may not specify a duration less than 10 minutes";
        } else if (seconds > MOST_SECONDS) {
            why = "may not specify a duration larger than 2^32 seconds";
        }
        if (why != null) {
            Status.Cause cause =
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + seconds + ": " + why,
                            "spec.expirationSeconds");
            throw Status.invalid(TOKEN_REQUEST, "", List.of(cause)).asException();
        }
    }

    private KubeObject bound(Target target, JsonObject reference) {
        Kind kind = bindable(reference);
        Resource resource = resources.require(kind);
        String namespace = kind.namespaced() ? target.namespace() : "";
        NoSuch.requireName(reference.string("name"));
        ObjectKey key = new ObjectKey(namespace, reference.string("name"));
        KubeObject found = resource.object(reader.require(resource, key));
        if (kind.equals(Kinds.POD)
                && !found.spec().string("serviceAccountName").equals(target.name())) {
            throw Status.badRequest(
                            "cannot bind token for serviceaccount \""
                                    + target.name()
                                    + "\" to pod running with different serviceaccount name.")
                    .asException();
        }
        String uid = reference.string("uid");
        if (!uid.isEmpty() && !uid.equals(found.uid())) {
            throw Status.conflict(
                            named("", kind.kind()),
                            found.name(),
                            "the UID in the bound object reference ("
                                    + uid
                                    + ") does not match the UID in record. The object might have"
                                    + " been deleted and then recreated")
                    .asException();
        }
        return found;
    }

    private static Kind bindable(JsonObject reference) {
        String version = reference.string("apiVersion");
        String name = reference.string("kind");
        int slash = version.indexOf('/');
        String group = slash < 0 ? "" : version.substring(0, slash);
        String kind = group.isEmpty() ? name : "";
        return switch (kind) {
            case "Pod" -> Kinds.POD;
            case "Secret" -> Kinds.SECRET;
            case "Node" -> Kinds.NODE;
            default ->
                    throw Status.badRequest(
                                    "cannot bind token to object of type "
                                            + group
                                            + "/"
                                            + version.substring(slash + 1)
                                            + ", Kind="
                                            + name)
                            .asException();
        };
    }
}
