package kat.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import kat.base.Randomness;
import kat.base.Ticker;

/// Who has signed in: a secret that is good for one exchange, and the sessions given for it.
///
/// ```
/// secret (in the fragment) --exchange, once--> session (in a cookie) --8 h unused--> gone
/// ```
///
/// **Threads:** any.
final class Sessions {

    static final Duration UNUSED = Duration.ofHours(8);
    private static final int BYTES = 32;
    private static final int MOST = 16;

    private final Ticker ticker;
    private final Randomness randomness;

    // Guarded by this: the secret that is still good, empty when it was used.
    private String secret;
    // Guarded by this: when each was used last, the oldest first.
    private final SequencedMap<String, Long> used = new LinkedHashMap<>();

    Sessions(Ticker ticker, Randomness randomness) {
        this.ticker = ticker;
        this.randomness = randomness;
        this.secret = random();
    }

    private String random() {
        byte[] bytes = new byte[BYTES];
        randomness.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The secret for the person who started the server; empty once it was exchanged.
    synchronized String secret() {
        return secret;
    }

    /// Gives a session for the secret, once.
    ///
    /// @return the session; empty when the secret is none, or was used
    synchronized String exchange(String offered) {
        if (secret.isEmpty() || !isSame(secret, offered)) {
            return "";
        }
        secret = "";
        String session = random();
        if (used.size() >= MOST) {
            used.pollFirstEntry();
        }
        used.putLast(session, ticker.nanos());
        return session;
    }

    /// Whether a session is one, which keeps it for longer.
    synchronized boolean isOpen(String offered) {
        long now = ticker.nanos();
        used.values().removeIf(last -> now - last > UNUSED.toNanos());
        boolean known = false;
        for (String session : used.keySet()) {
            known |= isSame(session, offered);
        }
        if (known) {
            used.putLast(offered, now);
        }
        return known;
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
