package kat.apiserver.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.cel.CelException;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.User;
import kat.apiserver.webhook.AuthorizationConfig.Condition;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Asks another server what users may do, by a `SubjectAccessReview`. Its answers are
/// remembered for a while; that it gave none is not.
///
/// | the server says | what happens |
/// |---|---|
/// | allowed | the request is let in |
/// | denied | the request is refused, and nobody else is asked |
/// | both | the request fails, and nobody else is asked |
/// | neither | the next in order is asked |
/// | that was not asked, since too many questions are under way | `TooManyRequests` |
/// | nothing, or a condition fails | by `failurePolicy` it fails, or the next is asked |
///
/// **Threads:** any; blocks while the server is asked.
///
/// **Source:** `apiserver/plugin/pkg/authorizer/webhook/webhook.go`.
public final class AccessWebhook implements Authorizer {

    /// How many answers are remembered; the oldest go first.
    private static final int MOST_REMEMBERED = 8192;

    /// Longer questions are not remembered: whoever asks chooses their length.
    private static final int LONGEST_REMEMBERED = 10_000;

    private static final String BOTH =
            "webhook subject access review returned both allow and deny response";
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Decision SKIPPED = new Decision(false, "");
    private static final System.Logger LOG = System.getLogger(AccessWebhook.class.getName());

    private final AuthorizationConfig.Webhook config;
    private final WebhookClient client;
    private final Ticker ticker;
    private final QuestionGate gate;
    private final SequencedMap<String, Remembered> remembered =
            new LinkedHashMap<>(); // guarded by itself

    private record Remembered(Decision decision, long untilNanos) {}

    public AccessWebhook(AuthorizationConfig.Webhook config, WebhookClient client, Ticker ticker) {
        this(config, client, ticker, new QuestionGate());
    }

    AccessWebhook(
            AuthorizationConfig.Webhook config,
            WebhookClient client,
            Ticker ticker,
            QuestionGate gate) {
        this.config = config;
        this.client = client;
        this.ticker = ticker;
        this.gate = gate;
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Decision authorize(User user, Action action) {
        try {
            if (!holds(user, action)) {
                return SKIPPED;
            }
            JsonObject spec = AccessReview.spec(user, action, false);
            String key = spec.toString();
            Decision known = known(key);
            if (known != null) {
                return known;
            }
            try (QuestionGate.Place _ = gate.enter(user)) {
                return asked(spec, key);
            }
        } catch (CelException | WebhookException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "an authorizer gave no answer name={0} cause={1}",
                    config.name(),
                    e.getMessage());
            return new Decision(false, "", config.denies(), String.valueOf(e.getMessage()));
        }
    }

    /// Whether all conditions hold.
    ///
    /// @throws CelException when none is false but one has no value
    private boolean holds(User user, Action action) {
        if (config.conditions().isEmpty()) {
            return true;
        }
        JsonObject request = AccessReview.spec(user, action, true);
        List<String> faults = new ArrayList<>();
        for (Condition condition : config.conditions()) {
            try {
                Evaluation evaluation =
                        new Evaluation(
                                name ->
                                        name.equals("request")
                                                ? Data.of(request, AccessReview.TYPE)
                                                : null,
                                Environment.CALL_LIMIT);
                if (condition.program().run(evaluation) == Boolean.FALSE) {
                    return false;
                }
            } catch (CelException e) {
                faults.add(
                        "cel evaluation error: expression '"
                                + condition.text()
                                + "' resulted in error: "
                                + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new CelException(String.join(", ", faults));
        }
        return true;
    }

    private Decision asked(JsonObject spec, String key) throws WebhookException {
        JsonObject review = AccessReview.of(spec, config.version());
        JsonObject status = answer(review).object("status");
        boolean allowed = status.bool("allowed");
        boolean denied = status.bool("denied");
        String reason = status.string("reason");
        Decision decision =
                denied
                        ? new Decision(false, reason, true, allowed ? BOTH : "")
                        : new Decision(allowed, reason);
        Duration span = allowed ? config.times().allowed() : config.times().refused();
        if (span.isPositive() && key.length() < LONGEST_REMEMBERED) {
            remember(key, new Remembered(decision, ticker.nanos() + span.toNanos()));
        }
        return decision;
    }

    /// Asks once more when the connection breaks: the other side may only have been renewed.
    private JsonObject answer(JsonObject review) throws WebhookException {
        Duration timeout = config.times().timeout();
        try {
            return client.post(config.target(), review, timeout);
        } catch (WebhookException e) {
            if (!e.isReset()) {
                throw e;
            }
            try {
                ticker.sleep(PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw e;
            }
            return client.post(config.target(), review, timeout);
        }
    }

    private @Nullable Decision known(String key) {
        synchronized (remembered) {
            Remembered found = remembered.get(key);
            return found == null || ticker.nanos() - found.untilNanos() > 0
                    ? null
                    : found.decision();
        }
    }

    private void remember(String key, Remembered decision) {
        synchronized (remembered) {
            remembered.putLast(key, decision);
            if (remembered.size() > MOST_REMEMBERED) {
                remembered.pollFirstEntry();
            }
        }
    }
}
