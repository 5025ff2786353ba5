package kat.apiserver.dynamic;

import java.util.List;
import kat.api.Kind;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.patch.JsonPatch;
import kat.apiserver.audit.AuditText;
import kat.apiserver.webhook.ReviewDecoder;

/// Asks the webhooks that may change an object, one after the other: each sees what those
/// before it did.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go`.
final class MutatingWebhooks {

    private static final System.Logger LOG = System.getLogger(MutatingWebhooks.class.getName());
    private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
    private static final String PATCH = "patch.webhook.admission.k8s.io/";

    private static final int USUAL_NOTE = 256;

    private final WebhookFilter filter;
    private final WebhookCaller caller;

    MutatingWebhooks(WebhookFilter filter, WebhookCaller caller) {
        this.filter = filter;
        this.caller = caller;
    }

    AdmissionRequest admit(AdmissionRequest first, List<Webhook> webhooks, Round round) {
        Reinvocation again = round.webhooks();
        AdmissionRequest current = first;
        if (round.isSecond()) {
            again.comesBack(tree(current));
        }
        int index = 0;
        for (Webhook webhook : webhooks) {
            AdmissionRequest seen = filter.select(webhook, current, true);
            boolean isAsked =
                    seen != null && (!round.isSecond() || again.isAskedAgain(webhook.key()));
            if (seen != null && isAsked) {
                AdmissionRequest next = ask(webhook, seen, round.isSecond() ? 1 : 0, index);
                if (next != seen) {
                    again.changed();
                    round.wantAgain();
                    current = next.in(first.resource());
                }
                if (webhook.isCalledAgain()) {
                    again.asked(webhook.key());
                }
            }
            index++;
        }
        again.leaves(tree(current));
        return current;
    }

    private static JsonObject tree(AdmissionRequest request) {
        JsonObject object = request.object();
        return object == null ? JsonObject.EMPTY : object;
    }

    /// The request with what the webhook changed; the same when it changed nothing.
    private AdmissionRequest ask(Webhook webhook, AdmissionRequest seen, int round, int index) {
        String place = "round_" + round + "_index_" + index;
        AdmissionRequest next = seen;
        try {
            JsonArray patch = caller.ask(webhook, seen, true);
            if (!patch.isEmpty()) {
                next = patched(webhook, seen, patch);
                seen.call().annotateContent(PATCH + place, patchNote(webhook, patch));
            }
        } catch (CallFailure e) {
            if (!webhook.ignoresFailures()) {
                throw Rejection.failed(webhook.name(), String.valueOf(e.getMessage()));
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "failing open webhook={0} error={1}",
                    webhook.name(),
                    e.getMessage());
            seen.call().annotate("failed-open." + MUTATION + place, webhook.name());
        } finally {
            seen.call().annotate(MUTATION + place, mutationNote(webhook, next != seen));
        }
        return next;
    }

    private static String mutationNote(Webhook webhook, boolean changed) {
        return note(webhook).raw(",\"mutated\":" + changed + "}").toString();
    }

    private static String patchNote(Webhook webhook, JsonArray patch) {
        return note(webhook)
                .raw(",\"patch\":")
                .json(patch.toString())
                .raw(",\"patchType\":\"JSONPatch\"}")
                .toString();
    }

    private static AuditText note(Webhook webhook) {
        return new AuditText(USUAL_NOTE)
                .raw("{\"configuration\":")
                .string(webhook.configuration())
                .raw(",\"webhook\":")
                .string(webhook.name());
    }

    private static AdmissionRequest patched(
            Webhook webhook, AdmissionRequest seen, JsonArray patch) {
        JsonObject object = seen.object();
        if (object == null) {
            throw Rejection.unexpected(
                    "admission webhook \""
                            + webhook.name()
                            + "\" attempted to modify the object, which is not supported for this"
                            + " operation");
        }
        JsonObject made = applied(object, patch);
        requireKind(seen.kind(), made);
        JsonObject changed = ObjectForm.of(seen).complete(made);
        return changed.equals(object) ? seen : seen.withObject(changed);
    }

    /// A webhook may leave the type out, and must not change it.
    private static void requireKind(Kind kind, JsonObject made) {
        String version = made.string("apiVersion", kind.apiVersion());
        String name = made.string("kind", kind.kind());
        if (version.equals(kind.apiVersion()) && name.equals(kind.kind())) {
            return;
        }
        if (!kind.schema().isEmpty()) {
            throw Rejection.unexpected(ReviewDecoder.unregistered(version, name));
        }
        boolean isOther = !name.equals(kind.kind());
        String given = isOther ? name : version;
        String wanted = isOther ? kind.kind() : kind.apiVersion();
        Status.Cause cause =
                new Status.Cause(
                        "FieldValueInvalid",
                        "Invalid value: \"" + given + "\": must be " + wanted,
                        isOther ? "kind" : "apiVersion");
        throw Status.invalid(
                        kind.group(), name, made.object("metadata").string("name"), List.of(cause))
                .asException();
    }

    private static JsonObject applied(JsonObject object, JsonArray patch) {
        JsonObject current = object;
        for (JsonObject operation : patch.objects()) {
            try {
                Json result = JsonPatch.apply(current, JsonArray.of(operation));
                if (!(result instanceof JsonObject next)) {
                    throw Rejection.unexpected("the patched value is no object");
                }
                current = next;
            } catch (StatusException e) {
                throw e.status().code() == 500
                        ? e
                        : Rejection.unexpected(PatchFaults.of(current, operation));
            }
        }
        return current;
    }
}
