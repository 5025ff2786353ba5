package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// Reads what a webhook answered, and tells what is wrong with it in the words of Kubernetes'
/// client.
///
/// **Source:** `client-go/rest/request.go`, `apimachinery/pkg/runtime/serializer/json`.
public final class ReviewDecoder {

    /// What is told of an answer that is text.
    private static final int MAX_TEXT = 2048;

    private static final String TYPE_ONLY =
            "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
                    + " \"json:\\\"kind,omitempty\\\"\" }";

    private ReviewDecoder() {}

    /// The review in an answer.
    ///
    /// @param sent what was asked; the answer is taken for the same kind when it names none
    static JsonObject decode(HttpAnswer answer, JsonObject sent) throws WebhookException {
        requireTaken(answer);
        if (answer.body().length == 0) {
            String type = answer.type().isEmpty() ? "application/json" : answer.type();
            throw new WebhookException(
                    "0-length response with status code: "
                            + answer.code()
                            + " and content type: "
                            + type);
        }
        JsonObject review = object(answer.body());
        String version = review.string("apiVersion");
        String kind = review.string("kind");
        String ofVersion = version.isEmpty() ? sent.string("apiVersion") : version;
        String ofKind = kind.isEmpty() ? sent.string("kind") : kind;
        if (ofVersion.equals(sent.string("apiVersion")) && ofKind.equals(sent.string("kind"))) {
            return review;
        }
        throw new WebhookException(misfit(ofVersion, ofKind, sent));
    }

    static void requireTaken(HttpAnswer answer) throws WebhookException {
        if (answer.code() < 200 || answer.code() > 206) {
            throw new WebhookException(refusal(answer));
        }
    }

    private static String misfit(String version, String kind, JsonObject sent) {
        String wanted = sent.string("apiVersion");
        boolean isSibling =
                kind.equals(sent.string("kind"))
                        && (version.equals(group(wanted) + "v1")
                                || version.equals(group(wanted) + "v1beta1"));
        boolean isStatus = kind.equals("Status") && version.equals("v1");
        if (!isSibling && !isStatus) {
            return unregistered(version, kind);
        }
        return "converting ("
                + version.substring(version.lastIndexOf('/') + 1)
                + "."
                + kind
                + ") to ("
                + wanted.substring(wanted.lastIndexOf('/') + 1)
                + "."
                + sent.string("kind")
                + "): unknown conversion";
    }

    private static String group(String apiVersion) {
        return apiVersion.substring(0, apiVersion.lastIndexOf('/') + 1);
    }

    /// How Kubernetes says that it does not know a kind.
    public static String unregistered(String apiVersion, String kind) {
        return "no kind \""
                + kind
                + "\" is registered for version \""
                + apiVersion
                + "\" in scheme \"pkg/runtime/scheme.go:111\"";
    }

    /// What Go calls the type of a value of JSON.
    public static String goType(Json value) {
        return switch (value.typeName()) {
            case "integer", "number" -> "number";
            case "boolean" -> "bool";
            default -> value.typeName();
        };
    }

    /// JSON, or YAML when it does not look like JSON.
    private static JsonObject object(byte[] body) throws WebhookException {
        String start = "couldn't get version/kind; json parse error: ";
        try {
            Json value = looksLikeJson(body) ? Json.parse(body) : yaml(body);
            if (value instanceof JsonObject object) {
                return object;
            }
            if (value.isNull()) {
                return JsonObject.EMPTY;
            }
            throw new WebhookException(
                    start
                            + "json: cannot unmarshal "
                            + goType(value)
                            + " into Go value of type "
                            + TYPE_ONLY);
        } catch (JsonException e) {
            throw new WebhookException(start + e.getMessage(), e);
        } catch (YamlException e) {
            throw new WebhookException("error converting YAML to JSON: " + e.getMessage(), e);
        }
    }

    private static Json yaml(byte[] body) {
        Json value = Yaml.parse(new String(body, UTF_8));
        return value == null ? JsonNull.NULL : value;
    }

    private static boolean looksLikeJson(byte[] body) {
        for (byte each : body) {
            if (each > ' ') {
                return each == '{';
            }
        }
        return false;
    }

    private static String refusal(HttpAnswer answer) {
        String type = answer.type().toLowerCase(Locale.ROOT);
        String text = "unknown";
        if (type.isEmpty() || type.startsWith("text/")) {
            int length = Math.min(answer.body().length, MAX_TEXT);
            text = new String(answer.body(), 0, length, UTF_8).strip();
        }
        String told = told(answer.body());
        return told.isEmpty() ? ConnectionFaults.ofCode(answer.code(), text) : told;
    }

    /// The message of a Status of failure; empty when the body is none.
    private static String told(byte[] body) {
        try {
            if (looksLikeJson(body)
                    && Json.parse(body) instanceof JsonObject status
                    && status.string("kind", "Status").equals("Status")
                    && status.string("status").equals("Failure")) {
                return status.string("message");
            }
            return "";
        } catch (JsonException notJson) {
            return "";
        }
    }
}
