package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Deciders;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.RbacAuthorizer;
import kat.apiserver.auth.RbacRule;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Machinery;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WriteCall;
import kat.base.Ticker;

/// The kinds that are questions: created, answered and never stored.
///
/// **Source:** `pkg/registry/authorization`, `pkg/registry/authentication`.
public final class Reviews {

    private final Authorizer authorizer;
    private final RbacAuthorizer roles;
    private final Authenticator authenticator;
    private final Machinery machinery;
    private final Ticker ticker;

    public Reviews(
            Deciders deciders, Authenticator authenticator, Machinery machinery, Ticker ticker) {
        this.authorizer = deciders.authorizer();
        this.roles = deciders.roles();
        this.authenticator = authenticator;
        this.machinery = machinery;
        this.ticker = ticker;
    }

    public static boolean isReview(Kind kind) {
        return switch (kind.group()) {
            case "authorization.k8s.io", "authentication.k8s.io" -> true;
            default -> false;
        };
    }

    /// The question with its answer.
    ///
    /// @throws kat.api.StatusException when it cannot be understood
    public JsonObject answer(
            Resource resource, String namespace, JsonObject asked, User user, WriteCall call) {
        Kind kind = resource.kind();
        JsonObject review = machinery.owned(resource, call, JsonObject.EMPTY, asked);
        return switch (kind.kind()) {
            case "SelfSubjectAccessReview" -> access(kind, review, user, namespace);
            case "SubjectAccessReview", "LocalSubjectAccessReview" ->
                    access(kind, review, subject(review), namespace);
            case "SelfSubjectRulesReview" -> rules(asked, user);
            case "SelfSubjectReview" -> self(asked, user);
            case "TokenReview" -> token(review);
            default -> throw NoSuch.subresource();
        };
    }

    private static User subject(JsonObject review) {
        JsonObject spec = review.object("spec");
        TreeMap<String, List<String>> extra = new TreeMap<>();
        for (String key : spec.object("extra").names()) {
            extra.put(
                    key.toLowerCase(java.util.Locale.ROOT),
                    spec.object("extra").array(key).strings());
        }
        return new User(
                spec.string("user"), spec.string("uid"), spec.array("groups").strings(), extra);
    }

    private JsonObject access(Kind kind, JsonObject review, User user, String namespace) {
        JsonObject spec = review.object("spec");
        boolean self = kind.kind().startsWith("Self");
        List<Status.Cause> faults = faults(spec, self);
        JsonObject resource = spec.object("resourceAttributes");
        faults.addAll(AccessSelectors.faults(resource));
        boolean local = kind.kind().startsWith("Local");
        faults.addAll(named(review.object("metadata"), local));
        if (local
                && spec.has("resourceAttributes")
                && !resource.string("namespace").equals(namespace)) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: \""
                                    + resource.string("namespace")
                                    + "\": must match metadata.namespace",
                            "spec.resourceAttributes.namespace"));
        }
        if (local && spec.has("nonResourceAttributes")) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: "
                                    + spec.object("nonResourceAttributes")
                                    + ": disallowed on this kind of request",
                            "spec.nonResourceAttributes"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid(unnamed(kind), "", faults).asException();
        }
        Action action =
                spec.has("resourceAttributes")
                        ? new Action(
                                resource.string("verb"),
                                resource.string("group"),
                                resource.string("version"),
                                resource.string("resource"),
                                resource.string("subresource"),
                                resource.string("namespace"),
                                resource.string("name"),
                                "",
                                AccessSelectors.fields(resource))
                        : Action.path(
                                spec.object("nonResourceAttributes").string("verb"),
                                spec.object("nonResourceAttributes").string("path"));
        Authorizer.Decision decision = authorizer.authorize(user, action);
        JsonObject status =
                JsonObject.builder()
                        .put("allowed", decision.allowed())
                        .putUnlessEmpty("evaluationError", fault(decision, resource))
                        .putUnlessEmpty("reason", decision.reason())
                        .build();
        if (decision.isDenial()) {
            status = status.with("denied", true);
        }
        JsonObject answer = review.with("status", status);
        return local ? answer.withAt(Json.of(namespace), "metadata", "namespace") : answer;
    }

    private static String fault(Authorizer.Decision decision, JsonObject resource) {
        String ignored = AccessSelectors.ignored(resource);
        boolean both = !ignored.isEmpty() && !decision.fault().isEmpty();
        return decision.fault() + (both ? ", " : "") + ignored;
    }

    /// Messages name these kinds by their group only.
    private static Kind unnamed(Kind kind) {
        return new Kind(
                kind.group(),
                kind.version(),
                "",
                "",
                "",
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "");
    }

    /// A question has no name nor anything else that objects have.
    private static List<Status.Cause> named(JsonObject metadata, boolean local) {
        JsonObject rest = metadata.without("managedFields");
        if ((local ? rest.without("namespace") : rest).isEmpty()) {
            return List.of();
        }
        String but = local ? "must be empty except for namespace" : "must be empty";
        return List.of(
                new Status.Cause(
                        "FieldValueInvalid",
                        "Invalid value: " + metadata + ": " + but,
                        "metadata"));
    }

    private static List<Status.Cause> faults(JsonObject spec, boolean self) {
        List<Status.Cause> faults = new ArrayList<>();
        if (spec.has("resourceAttributes") == spec.has("nonResourceAttributes")) {
            boolean both = spec.has("resourceAttributes");
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            both
                                    ? "Invalid value: "
                                            + spec.object("nonResourceAttributes")
                                            + ": cannot be specified in combination with"
                                            + " resourceAttributes"
                                    : "Invalid value: null: exactly one of nonResourceAttributes"
                                            + " or resourceAttributes must be specified",
                            both ? "spec.nonResourceAttributes" : "spec.resourceAttributes"));
        }
        if (!self && spec.string("user").isEmpty() && spec.array("groups").isEmpty()) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: \"\": at least one of user or group must be specified",
                            "spec.user"));
        }
        return faults;
    }

    private JsonObject rules(JsonObject asked, User user) {
        String namespace = asked.object("spec").string("namespace");
        if (namespace.isEmpty()) {
            throw Status.badRequest("no namespace on request").asException();
        }
        List<Json> resources = new ArrayList<>();
        List<Json> paths = new ArrayList<>();
        for (RbacRule rule : roles.rules(user, namespace)) {
            (rule.paths().isEmpty() ? resources : paths).add(rule.toJson());
        }
        boolean node = NodeAuthorizer.nodeOf(user.name(), user.groups()) != null;
        JsonObject status =
                JsonObject.builder()
                        .put("incomplete", node)
                        .putUnlessEmpty(
                                "evaluationError",
                                node ? "node authorizer does not support user rule resolution" : "")
                        .put("nonResourceRules", new JsonArray(paths))
                        .put("resourceRules", new JsonArray(resources))
                        .build();
        return asked.with("metadata", JsonObject.EMPTY)
                .with("spec", JsonObject.EMPTY)
                .with("status", status);
    }

    private JsonObject self(JsonObject asked, User user) {
        JsonObject metadata =
                JsonObject.of("creationTimestamp", Json.of(Times.format(ticker.now())));
        return asked.with("metadata", metadata)
                .with("status", JsonObject.of("userInfo", info(user)));
    }

    private static JsonObject info(User user) {
        JsonObject.Builder json =
                JsonObject.builder().put("username", user.name()).putUnlessEmpty("uid", user.uid());
        if (!user.groups().isEmpty()) {
            json.put("groups", JsonArray.ofStrings(user.groups()));
        }
        if (!user.extra().isEmpty()) {
            JsonObject.Builder extra = JsonObject.builder();
            for (Map.Entry<String, List<String>> each : user.extra().entrySet()) {
                extra.put(each.getKey(), JsonArray.ofStrings(each.getValue()));
            }
            json.put("extra", extra.build());
        }
        return json.build();
    }

    private JsonObject token(JsonObject review) {
        JsonObject spec = review.object("spec");
        String token = spec.string("token");
        if (token.isEmpty()) {
            throw Status.badRequest("token is required for TokenReview in authentication")
                    .asException();
        }
        List<String> audiences = spec.array("audiences").strings();
        JsonObject status =
                switch (authenticator.byToken(token, audiences)) {
                    case Login.Accepted(User user, List<String> fitting, _, _) ->
                            JsonObject.builder()
                                    .put("audiences", JsonArray.ofStrings(fitting))
                                    .put("authenticated", true)
                                    .put("user", info(user))
                                    .build();
                    case Login.Refused(String why) ->
                            JsonObject.of("error", Json.of(why), "user", JsonObject.EMPTY);
                    case Login.Absent _ -> JsonObject.of("user", JsonObject.EMPTY);
                };
        return review.with("status", status);
    }
}
