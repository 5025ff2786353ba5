package kat.apiserver.custom;

import java.time.Duration;
import java.util.List;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.CustomForm;
import kat.apiserver.webhook.WebhookClient;
import kat.apiserver.webhook.WebhookException;
import kat.apiserver.webhook.WebhookTarget;
import kat.base.Randomness;

/// Converts the objects of one definition by asking its webhook.
///
/// **Threads:** any; blocks.
///
/// **Source:** `pkg/apiserver/conversion/webhook_converter.go` of the apiextensions server.
final class ConversionWebhook implements CustomForm.Conversion {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final WebhookClient client;
    private final Randomness randomness;
    private final WebhookTarget target;
    private final String reviewVersion;

    ConversionWebhook(WebhookClient client, Randomness randomness, Definition definition) {
        this.client = client;
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
    public JsonObject convert(JsonObject object, String apiVersion) {
        String shown = shown(object);
        try {
            return converted(object, apiVersion, shown);
        } catch (WebhookException e) {
            throw failed("conversion webhook for " + shown + " failed: " + e.getMessage());
        }
    }

    private static String shown(JsonObject object) {
        return object.string("apiVersion") + ", Kind=" + object.string("kind");
    }

    private static StatusException failed(String message) {
        return Status.internalError(message).asException();
    }

    private JsonObject converted(JsonObject object, String apiVersion, String shown)
            throws WebhookException {
        String uid = randomness.nextUuid().toString();
        JsonObject request =
                JsonObject.builder()
                        .put("desiredAPIVersion", apiVersion)
                        .put("objects", JsonArray.of(object))
                        .put("uid", uid)
                        .build();
        JsonObject review =
                JsonObject.builder()
                        .put("apiVersion", "apiextensions.k8s.io/" + reviewVersion)
                        .put("kind", "ConversionReview")
                        .put("request", request)
                        .build();
        JsonObject answer = client.post(target, review, TIMEOUT).object("response");
        requireSuccess(answer, uid, shown);
        List<JsonObject> objects = answer.array("convertedObjects").objects();
        if (objects.size() != 1) {
            throw failed(
                    "conversion webhook for "
                            + shown
                            + " returned "
                            + objects.size()
                            + " objects, expected 1");
        }
        return checked(object, objects.getFirst(), apiVersion, shown);
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

    /// The answer with the metadata of the original, but for labels and annotations.
    private static JsonObject checked(
            JsonObject object, JsonObject converted, String apiVersion, String shown) {
        String start = "conversion webhook for " + shown + " returned invalid object";
        if (!converted.string("apiVersion").equals(apiVersion)) {
            throw failed(
                    start
                            + " at index 0: invalid groupVersion (expected "
                            + apiVersion
                            + ", received "
                            + converted.string("apiVersion")
                            + ")");
        }
        if (!converted.string("kind").equals(object.string("kind"))) {
            throw failed(
                    start
                            + " at index 0: invalid kind (expected "
                            + object.string("kind")
                            + ", received "
                            + converted.string("kind")
                            + ")");
        }
        JsonObject before = object.object("metadata");
        JsonObject after = converted.object("metadata");
        for (String name : List.of("name", "namespace", "uid")) {
            if (!before.string(name).equals(after.string(name))) {
                throw failed(
                        start
                                + ": must have the same "
                                + (name.equals("uid") ? "UID" : name)
                                + ": "
                                + before.string(name)
                                + " != "
                                + after.string(name));
            }
        }
        JsonObject metadata = before;
        for (String name : List.of("labels", "annotations")) {
            Json own = after.get(name);
            metadata =
                    own instanceof JsonObject map
                            ? metadata.with(name, map)
                            : metadata.without(name);
        }
        return converted.with("metadata", metadata);
    }
}
