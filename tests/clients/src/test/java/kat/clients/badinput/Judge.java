package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.clients.badinput.RawClient.Reply;

/// What holds of every answer.
final class Judge {

    /// Words that tell how the server is made.
    private static final Pattern INSIDES =
            Pattern.compile(
                    "\\bat (kat|java|io\\.netty)\\.|[a-z]Exception\\b|StackOverflow|java\\.(lang|util)");

    /// What Kubernetes says of paths outside its API.
    private static final String NO_PAGE = "404 page not found\n";

    /// How Kubernetes words the faults of patches that it answers with 500 and no reason.
    private static final Pattern FAULTS =
            Pattern.compile(
                    "\"message\":\"(unknown patch type: |list element types are not identical: "
                            + "|map: .* does not contain declared merge key: "
                            + "|expected a \\[\\]interface |The order in patch list:"
                            + "|failed to create typed patch object |unable to find api field )");

    private Judge() {}

    /// The answer is a success, or a Status whose code is the answer's, and which is no 500 but
    /// where Kubernetes' own words say that it is one.
    ///
    /// @param what was sent, for the message
    static void check(String what, Reply reply) {
        assertTrue(reply.code() > 0, () -> what + " got no answer: " + reply);
        assertFalse(INSIDES.matcher(reply.body()).find(), () -> what + " showed insides: " + reply);
        assertTrue(reply.code() < 500 || isKubernetesOwn(reply), () -> what + " broke: " + reply);
        if (reply.code() >= 400 && !reply.body().equals(NO_PAGE)) {
            assertEquals(reply.code(), statusCode(reply.body()), () -> what + ": " + reply);
        }
    }

    /// As [#check(String, Reply)], with one code.
    static void check(String what, int code, Reply reply) {
        check(what, reply);
        assertEquals(code, reply.code(), () -> what + ": " + reply.body());
    }

    private static boolean isKubernetesOwn(Reply reply) {
        return reply.code() == 500 && FAULTS.matcher(reply.body()).find();
    }

    private static long statusCode(String body) {
        try {
            JsonObject status = (JsonObject) Json.parse(body.getBytes(UTF_8));
            return status.string("kind").equals("Status") ? status.integer("code", 0) : 0;
        } catch (JsonException | ClassCastException e) {
            return -1;
        }
    }
}
