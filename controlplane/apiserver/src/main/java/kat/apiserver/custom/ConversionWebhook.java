package kat.apiserver.custom;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.measure.ConversionMetrics;
import kat.apiserver.measure.ConversionMetrics.Step;
import kat.apiserver.registry.CustomForm;
import kat.apiserver.webhook.WebhookClient;
import kat.apiserver.webhook.WebhookException;
import kat.apiserver.webhook.WebhookTarget;
import kat.base.Randomness;
import kat.base.trace.Span;

/// Converts the objects of one definition by asking its webhook.
///
/// **Threads:** any; blocks.
///
/// **Source:** `pkg/apiserver/conversion/webhook_converter.go` of the apiextensions server.
final class ConversionWebhook implements CustomForm.Conversion {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final WebhookClient client;
    private final Randomness randomness;
    private final ConversionMetrics metrics;
    private final String name;
    private final WebhookTarget target;
    private final String reviewVersion;

    ConversionWebhook(
            WebhookClient client,
            Randomness randomness,
            ConversionMetrics metrics,
            Definition definition) {
        this.client = client;
        this.metrics = metrics;
        this.name = definition.object().name();
        this.randomness = randomness;
        JsonObject webhook = definition.conversion().object("webhook");
        this.target = WebhookTarget.parse(webhook.object("clientConfig"));
        List<String> versions = webhook.array("conversionReviewVersions").strings();
        this.reviewVersion =
                versions.stream()
                        .filter(version -> version.equals("v1") || version.equals("v1beta1"))
                        .findFirst()
                        .orElse("v1");
    }

    @Override
    public boolean blocks() {
        return true;
    }

    @Override
    public List<JsonObject> convert(List<JsonObject> objects, String apiVersion) {
        String shown = shown(objects);
        try (ConversionMetrics.Run run = metrics.begin();
                Span span = Span.start("Call conversion webhook")) {
            span.put("custom-resource-definition", name);
            span.put("desired-api-version", apiVersion);
            span.put("object-count", objects.size());
            List<JsonObject> converted = converted(objects, apiVersion, shown, run);
            run.at(Step.DONE);
            return converted;
        } catch (WebhookException e) {
            throw failed("conversion webhook for " + shown + " failed: " + e.getMessage());
        }
    }

    /// The kind that is converted: of several objects, that of their list.
    private static String shown(List<JsonObject> objects) {
        JsonObject first = objects.getFirst();
        String kind = first.string("kind") + (objects.size() > 1 ? "List" : "");
        return first.string("apiVersion") + ", Kind=" + kind;
    }

    private static StatusException failed(String message) {
        return new Status(500, "", message, Status.Details.NONE).asException();
    }

    private List<JsonObject> converted(
            List<JsonObject> objects, String apiVersion, String shown, ConversionMetrics.Run run)
            throws WebhookException {
        String uid = randomness.nextUuid().toString();
        JsonObject request =
                JsonObject.builder()
                        .put("desiredAPIVersion", apiVersion)
                        .put("objects", new JsonArray(List.copyOf(objects)))
                        .put("uid", uid)
                        .build();
        JsonObject review =
                JsonObject.builder()
                        .put("apiVersion", "apiextensions.k8s.io/" + reviewVersion)
                        .put("kind", "ConversionReview")
                        .put("request", request)
                        .build();
        JsonObject answer = client.post(target, review, TIMEOUT).object("response");
        run.at(Step.ANSWER);
        requireSuccess(answer, uid, shown);
        run.at(Step.COUNT);
        List<JsonObject> answers = answer.array("convertedObjects").objects();
        if (answers.size() != objects.size()) {
            throw failed(
                    "conversion webhook for "
                            + shown
                            + " returned "
                            + answers.size()
                            + " objects, expected "
                            + objects.size());
        }
        run.at(Step.OBJECTS);
        boolean isList = objects.size() > 1;
        List<JsonObject> all = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            String start =
                    "conversion webhook for "
                            + shown
                            + (isList
                                    ? " returned invalid converted object"
                                    : " returned invalid object");
            String at = " at index " + i;
            ConvertedObject one =
                    new ConvertedObject(objects.get(i), answers.get(i), start, at, isList);
            all.add(one.checked(apiVersion));
        }
        return all;
    }

    private static void requireSuccess(JsonObject answer, String uid, String shown) {
        String start = "conversion webhook for " + shown + " failed: ";
        if (answer.isEmpty()) {
            throw failed(start + "no response provided");
        }
        if (!answer.string("uid").equals(uid)) {
            throw failed(
                    start
                            + "expected response.uid=\""
                            + uid
                            + "\", got \""
                            + answer.string("uid")
                            + "\"");
        }
        JsonObject result = answer.object("result");
        if (!result.string("status").equals("Success")) {
            String message = result.string("message");
            throw failed(
                    start
                            + (message.isEmpty()
                                    ? "response.result.status was '"
                                            + result.string("status")
                                            + "', not 'Success'"
                                    : message));
        }
    }
}
