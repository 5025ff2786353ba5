package kat.ingress.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.ObjectKey;
import kat.ingress.route.Authenticator;
import kat.ingress.route.ExternalAuth;
import kat.ingress.route.Route;
import org.jspecify.annotations.Nullable;

/// Answers of an authenticator that count for later requests of one route, by the key that its
/// Ingress chose. 1,024 at most, and no more than its share of all; who was used longest ago
/// goes first. Keys hold credentials, so
/// only their digests are kept.
///
/// What the authenticator says about keeping its answer counts as in nginx, but that an answer
/// that says `Vary` or `Expires` is not kept at all.
///
/// **Threads:** any.
///
/// **Source:** nginx, `proxy_cache_valid`; ingress-nginx, "External Authentication".
final class AuthCache {

    static final int MOST_ANSWERS = 1024;

    /// Of all routes together; with headers, 64 MiB.
    static final int MOST_IN_SUM = 16_384;

    /// Of all headers of one answer that are kept.
    private static final int MOST_HEADER_CHARS = 4 << 10;

    private static final Pattern AGE = Pattern.compile("(?:s-maxage|max-age) *= *([0-9]{1,9})");

    private final ExternalAuth rule;
    private final Map<String, Answer> answers = new LinkedHashMap<>(); // guarded by this
    private int most = MOST_ANSWERS; // guarded by this

    /// @param headers those of which something becomes
    /// @param until in nanoseconds of the clock that only goes forward
    record Answer(int status, HttpHeaders headers, long until) {}

    /// Which routes share answers.
    record Key(ObjectKey ingress, String host, String path, Authenticator authenticator) {

        /// None for a route that keeps none.
        static Optional<Key> of(Route route) {
            Authenticator authenticator = route.authenticator();
            return authenticator == null || authenticator.rule().cache() == null
                    ? Optional.empty()
                    : Optional.of(
                            new Key(
                                    route.ingress(),
                                    route.host(),
                                    route.path().text(),
                                    authenticator.withoutServers()));
        }
    }

    AuthCache(ExternalAuth rule) {
        this.rule = rule;
    }

    static AuthCache of(Key key) {
        return new AuthCache(key.authenticator().rule());
    }

    /// Gives each of some caches its share of what all may keep.
    static void share(Collection<AuthCache> all) {
        int each = MOST_IN_SUM / Math.max(1, all.size());
        all.forEach(cache -> cache.keepAtMost(Math.min(MOST_ANSWERS, each)));
    }

    private synchronized void keepAtMost(int count) {
        most = count;
        while (answers.size() > most) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    /// What stands for the text of a key.
    static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Null when nothing counts any more.
    synchronized @Nullable Answer find(String key, long now) {
        Answer known = answers.remove(key);
        if (known == null || now - known.until() >= 0) {
            return null;
        }
        answers.put(key, known); // the last in order is the one that was used last
        return known;
    }

    void put(String key, int status, HttpHeaders headers, long now) {
        long seconds = seconds(status, headers);
        HttpHeaders kept = seconds > 0 ? kept(headers) : null;
        if (kept == null) {
            return;
        }
        Answer answer = new Answer(status, kept, now + TimeUnit.SECONDS.toNanos(seconds));
        synchronized (this) {
            answers.put(key, answer);
            keepAtMost(most);
        }
    }

    /// How long an answer counts; 0 for not at all.
    private long seconds(int status, HttpHeaders headers) {
        ExternalAuth.Cache cache = rule.cache();
        boolean isPersonal =
                headers.contains(HttpHeaderNames.SET_COOKIE)
                        || headers.contains(HttpHeaderNames.VARY)
                        || headers.contains(HttpHeaderNames.EXPIRES)
                        || headers.contains("x-accel-expires");
        if (cache == null || isPersonal) {
            return 0;
        }
        String control =
                String.join(",", headers.getAll(HttpHeaderNames.CACHE_CONTROL))
                        .toLowerCase(Locale.ROOT);
        if (control.contains("no-cache")
                || control.contains("no-store")
                || control.contains("private")) {
            return 0;
        }
        long seconds = cache.seconds(status);
        Matcher age = AGE.matcher(control);
        while (age.find()) {
            seconds = Math.min(seconds, Long.parseLong(age.group(1)));
        }
        return seconds;
    }

    /// Those that say something to servers or clients; null when they are too many.
    private @Nullable HttpHeaders kept(HttpHeaders headers) {
        HttpHeaders kept = new DefaultHttpHeaders();
        int chars = 0;
        for (Map.Entry<String, String> header : headers) {
            boolean isChallenge =
                    HttpHeaderNames.WWW_AUTHENTICATE.contentEqualsIgnoreCase(header.getKey());
            if (isChallenge || rule.isGiven(header.getKey())) {
                chars += header.getKey().length() + header.getValue().length();
                kept.add(header.getKey(), header.getValue());
            }
        }
        return chars > MOST_HEADER_CHARS ? null : kept;
    }
}
