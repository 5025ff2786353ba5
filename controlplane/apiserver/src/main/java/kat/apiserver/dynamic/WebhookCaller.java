package kat.apiserver.dynamic;

import java.util.Base64;
import java.util.List;
import kat.api.Kind;
import kat.api.StatusException;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;
import kat.apiserver.measure.WebhookMetrics;
import kat.apiserver.measure.WebhookMetrics.Question;
import kat.apiserver.webhook.ReviewDecoder;
import kat.apiserver.webhook.WebhookClient;
import kat.apiserver.webhook.WebhookException;
import kat.base.Randomness;
import kat.base.trace.Span;
import org.jspecify.annotations.Nullable;

/// Asks one webhook about one request.
///
/// **Threads:** any; blocks up to the webhook's time.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/request/admissionreview.go`.
final class WebhookCaller {

    private static final System.Logger LOG = System.getLogger(WebhookCaller.class.getName());
    private static final String GROUP = "admission.k8s.io/";
    private static final String JSON_PATCH = "JSONPatch";
    private static final String UNDECODABLE = "received undecodable patch in webhook response: ";
    private static final String INVALID = "received invalid webhook response: ";

    private final WebhookClient client;
    private final WebhookMetrics metrics;
    private final Randomness randomness;

    WebhookCaller(WebhookClient client, WebhookMetrics metrics, Randomness randomness) {
        this.metrics = metrics;
        this.client = client;
        this.randomness = randomness;
    }

    /// What a webhook wants to be changed; empty when nothing.
    ///
    /// Its warnings and annotations are told to the call.
    ///
    /// @throws CallFailure when it could not be asked or gave no answer
    /// @throws kat.api.StatusException when it does not allow the request
    JsonArray ask(Webhook webhook, AdmissionRequest request, boolean mayChange) throws CallFailure {
        if (request.call().isDryRun() && !webhook.isSafeToTry()) {
            throw Rejection.noDryRun(webhook.name());
        }
        Question question = question(webhook, request, mayChange);
        long since = metrics.now();
        try {
            JsonArray patch = answered(webhook, request, mayChange);
            metrics.allowed(question, since);
            return patch;
        } catch (CallFailure e) {
            metrics.failed(question, since, e.code(), webhook.ignoresFailures());
            throw e;
        } catch (StatusException e) {
            metrics.refused(question, since, e.status().code());
            throw e;
        }
    }

    /// What is counted of a question.
    static Question question(Webhook webhook, AdmissionRequest request, boolean mayChange) {
        String type = mayChange ? "admit" : "validating";
        return new Question(webhook.name(), request.operation().name(), type);
    }

    private JsonArray answered(Webhook webhook, AdmissionRequest request, boolean mayChange)
            throws CallFailure {
        String uid = randomness.nextUuid().toString();
        JsonObject answer = traced(webhook, request, uid, mayChange);
        String misfit = ReviewShape.misfit(answer);
        if (!misfit.isEmpty()) {
            throw new CallFailure("failed to call webhook: " + misfit);
        }
        JsonObject response = verified(webhook, answer, uid, mayChange);
        response.object("auditAnnotations")
                .strings()
                .forEach((key, value) -> annotate(request, webhook.name() + "/" + key, value));
        response.array("warnings").strings().forEach(request.call()::warn);
        if (!response.bool("allowed")) {
            throw Rejection.of(webhook.name(), response.object("status"));
        }
        boolean isDeletion = request.object() == null;
        return mayChange ? patch(webhook, response, isDeletion) : JsonArray.EMPTY;
    }

    /// Leaves out what is told under a key that is none.
    private static void annotate(AdmissionRequest request, String key, String value) {
        List<String> faults = Names.qualifiedName(key);
        if (faults.isEmpty()) {
            request.call().annotate(key, value);
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "audit annotation left out key={0} error={1}",
                    key,
                    String.join(",", faults));
        }
    }

    private JsonObject traced(
            Webhook webhook, AdmissionRequest request, String uid, boolean mayChange)
            throws CallFailure {
        try (Span span =
                Span.start(mayChange ? "Call mutating webhook" : "Call validating webhook")) {
            if (span.isKept()) {
                Kind kind = request.resource().kind();
                span.put("configuration", webhook.configuration());
                span.put("webhook", webhook.name());
                span.put(
                        "resource",
                        kind.group() + "/" + kind.version() + ", Resource=" + kind.plural());
                span.put("subresource", request.subresource());
                span.put("operation", request.operation().name());
                span.put("UID", uid);
            }
            return post(webhook, review(webhook, request, uid));
        }
    }

    private JsonObject post(Webhook webhook, JsonObject review) throws CallFailure {
        try {
            return client.post(webhook.target(), review, webhook.timeout());
        } catch (WebhookException e) {
            if (e.isBefore()) {
                throw CallFailure.before("could not get REST client: " + e.getMessage(), e);
            }
            throw new CallFailure("failed to call webhook: " + e.getMessage(), e);
        }
    }

    private static JsonObject review(Webhook webhook, AdmissionRequest request, String uid) {
        JsonObject whole =
                request.toJson()
                        .with("object", orNull(request.object()))
                        .with("oldObject", orNull(request.old()))
                        .with("uid", uid);
        return JsonObject.builder()
                .put("apiVersion", GROUP + webhook.reviewVersion())
                .put("kind", "AdmissionReview")
                .put("request", whole)
                .build();
    }

    private static Json orNull(@Nullable JsonObject object) {
        return object == null ? JsonNull.NULL : object;
    }

    private static JsonObject verified(
            Webhook webhook, JsonObject answer, String uid, boolean mayChange) throws CallFailure {
        if (!(answer.get("response") instanceof JsonObject response)) {
            throw new CallFailure(INVALID + "webhook response was absent");
        }
        if (!webhook.reviewVersion().equals("v1")) {
            return response;
        }
        if (!response.string("uid").equals(uid)) {
            throw new CallFailure(
                    INVALID
                            + "expected response.uid="
                            + GoText.quoted(uid)
                            + ", got "
                            + GoText.quoted(response.string("uid")));
        }
        String shown = answer.string("apiVersion", "/") + ", Kind=" + answer.string("kind");
        String wanted = GROUP + "v1, Kind=AdmissionReview";
        if (!shown.equals(wanted)) {
            throw new CallFailure(
                    INVALID + "expected webhook response of " + wanted + ", got " + shown);
        }
        String problem = patchProblem(response, mayChange);
        if (!problem.isEmpty()) {
            throw new CallFailure(INVALID + problem);
        }
        return response;
    }

    private static String patchProblem(JsonObject response, boolean mayChange) {
        boolean hasPatch = !response.string("patch").isEmpty();
        boolean hasType = response.get("patchType") instanceof JsonString;
        if (!mayChange) {
            return hasPatch
                    ? "validating webhook may not return response.patch"
                    : hasType ? "validating webhook may not return response.patchType" : "";
        }
        if (hasPatch && !hasType) {
            return "webhook returned response.patch but not response.patchType";
        }
        if (!hasPatch && hasType) {
            return "webhook returned response.patchType but not response.patch";
        }
        return hasType && response.string("patchType").isEmpty()
                ? "webhook returned invalid response.patchType of \"\""
                : "";
    }

    /// @param isDeletion whether there is no object to change
    private static JsonArray patch(Webhook webhook, JsonObject response, boolean isDeletion)
            throws CallFailure {
        String text = response.string("patch");
        if (text.isEmpty()) {
            return JsonArray.EMPTY;
        }
        JsonArray patch = decoded(text);
        // Only reviews of v1 were ever asked for the type; a patch of nothing is told of later.
        String type =
                webhook.reviewVersion().equals("v1") ? response.string("patchType") : JSON_PATCH;
        if (!patch.isEmpty() && !isDeletion && !type.equals(JSON_PATCH)) {
            throw new CallFailure("unsupported patch type " + GoText.quoted(type));
        }
        return patch;
    }

    private static JsonArray decoded(String text) throws CallFailure {
        try {
            return operations(Json.parse(Base64.getMimeDecoder().decode(text)));
        } catch (JsonException | IllegalArgumentException e) {
            throw new CallFailure(UNDECODABLE + e.getMessage(), e);
        }
    }

    private static JsonArray operations(Json patch) throws CallFailure {
        if (patch.isNull()) {
            return JsonArray.EMPTY;
        }
        if (!(patch instanceof JsonArray list)) {
            throw notA(patch, "jsonpatch.Patch");
        }
        for (Json item : list) {
            if (!(item instanceof JsonObject) && !item.isNull()) {
                throw notA(item, "jsonpatch.Operation");
            }
        }
        return list;
    }

    private static CallFailure notA(Json value, String type) {
        String what = ReviewDecoder.goType(value);
        return new CallFailure(
                UNDECODABLE + "json: cannot unmarshal " + what + " into Go value of type " + type);
    }
}
