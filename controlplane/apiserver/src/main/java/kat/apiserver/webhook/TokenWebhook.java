package kat.apiserver.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.RememberedLogins;
import kat.apiserver.auth.TokenLogin;
import kat.apiserver.auth.User;
import kat.base.Ticker;

/// Asks another server who bearer tokens are, by a `TokenReview`. Who a token was is remembered for
/// two minutes; that a token is none is not remembered.
///
/// **Threads:** as [TokenLogin].
///
/// **Source:** `apiserver/plugin/pkg/authenticator/token/webhook`.
public final class TokenWebhook implements TokenLogin {

    private static final String GROUP = "authentication.k8s.io/";
    private static final Duration REMEMBERED = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int TRIES = 5;
    private static final System.Logger LOG = System.getLogger(TokenWebhook.class.getName());

    private final TokenWebhookConfig config;
    private final WebhookClient client;
    private final String audience;
    private final Ticker ticker;
    private final RememberedLogins remembered;

    /// @param audience for whom tokens must be: this server
    public TokenWebhook(
            TokenWebhookConfig config, WebhookClient client, String audience, Ticker ticker) {
        this.config = config;
        this.client = client;
        this.audience = audience;
        this.ticker = ticker;
        this.remembered = new RememberedLogins(REMEMBERED, ticker);
    }

    @Override
    public Login known(String token) {
        return remembered.get(token);
    }

    @Override
    public Login login(String token) {
        Login found = known(token);
        if (!(found instanceof Login.Absent)) {
            return found;
        }
        try {
            JsonObject status = ask(review(token)).object("status");
            Login login = login(status);
            return login instanceof Login.Accepted ? remembered.put(token, login) : login;
        } catch (WebhookException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a webhook did not judge a token cause=" + e.getMessage());
            return new Login.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Login.Refused("interrupted while a webhook judged the token");
        }
    }

    private JsonObject review(String token) {
        return JsonObject.builder()
                .put("kind", "TokenReview")
                .put("apiVersion", GROUP + config.version())
                .put("metadata", JsonObject.EMPTY)
                .put(
                        "spec",
                        JsonObject.of(
                                "token",
                                Json.of(token),
                                "audiences",
                                JsonArray.ofStrings(List.of(audience))))
                .put("status", JsonObject.of("user", JsonObject.EMPTY))
                .build();
    }

    /// Asks again, with growing pauses, when there is no answer.
    private JsonObject ask(JsonObject review) throws WebhookException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int tries = 1; ; tries++) {
            try {
                return client.post(config.target(), review, TIMEOUT);
            } catch (WebhookException e) {
                if (tries == TRIES) {
                    throw e;
                }
                ticker.sleep(pause);
                pause = pause.multipliedBy(3).dividedBy(2);
            }
        }
    }

    private Login login(JsonObject status) {
        List<String> audiences = status.array("audiences").strings();
        boolean isForUs = audiences.isEmpty() || audiences.contains(audience);
        String error = status.string("error");
        if (!status.bool("authenticated") || !isForUs) {
            return error.isEmpty() ? Login.ABSENT : new Login.Refused(error);
        }
        JsonObject user = status.object("user");
        TreeMap<String, List<String>> extra = new TreeMap<>();
        for (String key : user.object("extra").names()) {
            extra.put(key, new ArrayList<>(user.object("extra").array(key).strings()));
        }
        User named =
                new User(
                        user.string("username"),
                        user.string("uid"),
                        user.array("groups").strings(),
                        extra);
        return new Login.Accepted(named.signedIn(), List.of(), "");
    }
}
