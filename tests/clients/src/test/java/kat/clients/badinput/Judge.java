package kat.clients.badinput;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import kat.clients.badinput.RawClient.Reply;

/// What holds of every answer.
final class Judge {

    /// Words that tell how the server is made.
    private static final Pattern INSIDES =
            Pattern.compile(
                    "\\bat (kat|java|io\\.netty)\\.|[a-z]Exception\\b|StackOverflow|java\\.(lang|util)");

    private Judge() {}

    /// @param what was sent, for the message
    static void check(String what, Reply reply) {
        assertTrue(reply.code() > 0, () -> what + " got no answer: " + reply);
        assertFalse(INSIDES.matcher(reply.body()).find(), () -> what + " showed insides: " + reply);
        if (reply.code() == 500) {
            // Kubernetes itself answers some with a plain 500; what broke here says "Internal".
            assertFalse(reply.body().contains("InternalError"), () -> what + " broke: " + reply);
        }
        boolean isStatus = reply.body().contains("\"kind\":\"Status\"");
        boolean isFail = reply.code() >= 400 && !reply.body().isEmpty();
        boolean isJson = reply.head().contains("content-type: application/json");
        assertTrue(
                !isFail || !isJson || isStatus || reply.body().contains("Status"),
                () -> what + " was refused without a status: " + reply);
    }
}
