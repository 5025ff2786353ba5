package kat.apiserver.auth;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.base.Ticker;

/// Who tokens were that took some work to judge, for a while.
///
/// **Threads:** any.
public final class RememberedLogins {

    /// More than this many are forgotten at once.
    private static final int MOST = 4096;

    private final Duration span;
    private final Ticker ticker;
    private final Map<String, Remembered> byToken = new ConcurrentHashMap<>();

    private record Remembered(Login login, long nanos) {}

    /// @param span for how long
    public RememberedLogins(Duration span, Ticker ticker) {
        this.span = span;
        this.ticker = ticker;
    }

    /// @return [Login#ABSENT] when nothing is remembered
    public Login get(String token) {
        Remembered found = byToken.get(token);
        return found == null || ticker.nanos() - found.nanos() > span.toNanos()
                ? Login.ABSENT
                : found.login();
    }

    /// @return the login
    public Login put(String token, Login login) {
        if (byToken.size() >= MOST) {
            byToken.clear();
        }
        byToken.put(token, new Remembered(login, ticker.nanos()));
        return login;
    }
}
