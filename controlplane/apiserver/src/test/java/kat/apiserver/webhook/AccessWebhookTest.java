package kat.apiserver.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Authorizer.Decision;
import kat.apiserver.auth.User;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;

/// An authorizer that takes connections and says nothing.
class AccessWebhookTest {

    private static final Action LIST = new Action("list", "", "v1", "pods", "", "n", "", "");
    private static final User JANE = User.of("jane", List.of());

    private static AccessWebhook webhook(ServerSocket server, QuestionGate gate) {
        String url = "https://127.0.0.1:" + server.getLocalPort();
        SystemTicker ticker = new SystemTicker();
        return new AccessWebhook(
                new AuthorizationConfig.Webhook(
                        "other",
                        new WebhookTarget(url, "", "", 0, "", ""),
                        "v1",
                        new AuthorizationConfig.Times(
                                Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO),
                        false,
                        List.of()),
                WebhookClient.outside(ticker),
                ticker,
                gate);
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    }

    private static FutureTask<Decision> asks(AccessWebhook webhook, User user) {
        FutureTask<Decision> question = new FutureTask<>(() -> webhook.authorize(user, LIST));
        Thread.ofVirtual().start(question);
        return question;
    }

    private static Status refusal(AccessWebhook webhook, User user) {
        return assertThrows(StatusException.class, () -> webhook.authorize(user, LIST)).status();
    }

    /// Breaks off what begins.
    private static void reset(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            assertTrue(socket.getInputStream().read() >= 0);
            socket.setSoLinger(true, 0);
        }
    }

    @Test
    void asksOnceMoreWhereTheConnectionBreaks() throws Exception {
        try (ServerSocket server = server()) {
            AccessWebhook webhook = webhook(server, new QuestionGate());
            FutureTask<Decision> question = asks(webhook, JANE);
            reset(server);
            reset(server);

            String fault = question.get().fault();
            assertTrue(fault.contains("reset"), fault);
        }
    }

    @Test
    void refusesQuestionsBeyondWhatOneUserAndAllMayHaveUnderWay() throws Exception {
        QuestionGate gate = new QuestionGate(2, 1);
        ServerSocket server = server();
        AccessWebhook webhook = webhook(server, gate);
        try (server) {
            FutureTask<Decision> first = asks(webhook, JANE);
            try (Socket _ = server.accept()) {
                Status own = refusal(webhook, JANE);
                FutureTask<Decision> second = asks(webhook, User.ANONYMOUS);
                try (Socket _ = server.accept()) {
                    Status all = refusal(webhook, User.of("joe", List.of()));

                    assertEquals(429, own.code());
                    assertEquals("TooManyRequests", own.reason());
                    assertEquals(1, own.details().retryAfterSeconds());
                    assertEquals(429, all.code());
                    assertFalse(first.isDone());
                    assertFalse(second.isDone());
                }
            }
        }
    }

    @Test
    void givesPlacesBack() throws Exception {
        QuestionGate gate = new QuestionGate(1, 1);
        ServerSocket server = server();
        AccessWebhook webhook = webhook(server, gate);
        server.close();

        for (int i = 0; i < 3; i++) {
            String fault = webhook.authorize(JANE, LIST).fault();
            assertTrue(fault.contains("connection refused"), fault);
        }
    }
}
