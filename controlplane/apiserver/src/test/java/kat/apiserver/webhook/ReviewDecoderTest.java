package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReviewDecoderTest {

    private static final JsonObject SENT =
            JsonObject.of(
                    "apiVersion",
                    Json.of("admission.k8s.io/v1"),
                    "kind",
                    Json.of("AdmissionReview"));

    /// An answer, and what is told of it.
    private record Case(String name, String head, String body, String told) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static JsonObject decode(String head, String body) throws Exception {
        String whole =
                "HTTP/1.1 "
                        + head
                        + "\r\ncontent-length: "
                        + body.getBytes(UTF_8).length
                        + "\r\n\r\n"
                        + body;
        HttpAnswer answer = HttpAnswer.read(new ByteArrayInputStream(whole.getBytes(UTF_8)));
        return ReviewDecoder.decode(answer, SENT);
    }

    private static String review(String version, String kind) {
        return "{\"apiVersion\":\"" + version + "\",\"kind\":\"" + kind + "\"}";
    }

    static Stream<Case> faults() {
        String json = "200 OK\r\ncontent-type: application/json";
        String scheme = " in scheme \"pkg/runtime/scheme.go:111\"";
        return Stream.of(
                new Case(
                        "another version",
                        json,
                        review("admission.k8s.io/v1beta1", "AdmissionReview"),
                        "converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown"
                                + " conversion"),
                new Case(
                        "a Status",
                        json,
                        review("v1", "Status"),
                        "converting (v1.Status) to (v1.AdmissionReview): unknown conversion"),
                new Case(
                        "another kind",
                        json,
                        review("admission.k8s.io/v1", "Foo"),
                        "no kind \"Foo\" is registered for version \"admission.k8s.io/v1\""
                                + scheme),
                new Case(
                        "nothing",
                        json,
                        "",
                        "0-length response with status code: 200 and content type:"
                                + " application/json"),
                new Case(
                        "a list",
                        json,
                        "[]",
                        "couldn't get version/kind; json parse error: json: cannot unmarshal array"
                                + " into Go value of type struct { APIVersion string"
                                + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
                                + " \"json:\\\"kind,omitempty\\\"\" }"),
                new Case(
                        "half of it",
                        json,
                        "{\"apiVersion\":",
                        "couldn't get version/kind; json parse error: unexpected end of JSON input"),
                new Case(
                        "a refusal as Status",
                        "500 X\r\ncontent-type: application/json",
                        "{\"status\":\"Failure\",\"message\":\"deep\"}",
                        "deep"),
                new Case(
                        "a refusal as text",
                        "406 X\r\ncontent-type: text/plain; charset=utf-8",
                        "other types\n",
                        "other types"),
                new Case(
                        "a refusal in no known form",
                        "502 X\r\ncontent-type: application/octet-stream",
                        "x",
                        "an error on the server (\"unknown\") has prevented the request from"
                                + " succeeding"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void tellsWhatIsWrongAsKubernetesDoes(Case each) {
        WebhookException fault =
                assertThrows(WebhookException.class, () -> decode(each.head(), each.body()));

        assertEquals(each.told(), fault.getMessage());
    }

    @Test
    void takesTheAnswerForWhatWasAskedWhenItNamesNoKind() throws Exception {
        assertEquals("{\"response\":{}}", decode("200 OK", "{\"response\":{}}").toString());
    }

    @Test
    void readsYaml() throws Exception {
        JsonObject review = decode("200 OK", "kind: AdmissionReview\nresponse:\n  uid: a\n");

        assertEquals("a", review.object("response").string("uid"));
    }

    @Test
    void cutsLongTexts() {
        WebhookException fault =
                assertThrows(
                        WebhookException.class,
                        () -> decode("503 X\r\ncontent-type: text/plain", "l".repeat(3000)));

        assertEquals("the server is currently unable to handle the request", fault.getMessage());
        WebhookException other =
                assertThrows(WebhookException.class, () -> decode("500 X", "l".repeat(3000)));
        assertEquals(
                "an error on the server (\""
                        + "l".repeat(2048)
                        + "\") has prevented the request from succeeding",
                other.getMessage());
    }
}
