package kat.apiserver.oidc;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// The keys of one issuer, fetched from where its discovery document says, and again when a token
/// names one that is not known. A fetch that failed, or brought nothing new, is not repeated for a
/// while, so that made-up tokens do not load the issuer.
///
/// **Threads:** any; one fetches, others wait for it.
///
/// **Source:** OpenID Connect Discovery 1.0; `go-oidc`.
final class IssuerKeys {

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    private final String issuer;
    private final URI discovery;
    private final HttpFetch http;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<JsonWebKey> keys = List.of(); // written under lock, as below
    private volatile String fault;
    private @Nullable URI place; // of the keys; null until discovery told
    private long triedNanos;
    private boolean isTried;

    /// @param discovery where the document lies; empty for the usual place
    IssuerKeys(String issuer, String discovery, HttpFetch http, Ticker ticker) {
        this.issuer = issuer;
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        this.discovery = URI.create(discovery.isEmpty() ? base + WELL_KNOWN : discovery);
        this.http = http;
        this.ticker = ticker;
        this.fault =
                "oidc: authenticator for issuer " + new JsonString(issuer) + " is not initialized";
    }

    /// Why no token can be judged; empty when they can.
    String fault() {
        return fault;
    }

    /// Whether one of the keys fits; keys are fetched when none that is known does.
    boolean any(Predicate<JsonWebKey> fits) throws InterruptedException {
        if (keys.stream().anyMatch(fits)) {
            return true;
        }
        List<JsonWebKey> seen = keys;
        lock.lockInterruptibly();
        try {
            if (keys == seen && mayFetch()) {
                fetch();
            }
        } finally {
            lock.unlock();
        }
        return keys != seen && keys.stream().anyMatch(fits);
    }

    /// Fetches the keys for the first time.
    ///
    /// @return whether there are some now
    boolean begin() throws InterruptedException {
        boolean unused = any(_ -> false);
        return fault.isEmpty();
    }

    private boolean mayFetch() {
        return !isTried || ticker.nanos() - triedNanos >= PAUSE.toNanos();
    }

    private void fetch() throws InterruptedException {
        isTried = true;
        triedNanos = ticker.nanos();
        try {
            URI from = place;
            if (from == null) {
                from = discover();
                place = from;
            }
            keys = JsonWebKey.parse(document(from));
            fault = "";
        } catch (IOException | IllegalArgumentException e) {
            if (keys.isEmpty()) {
                fault = "oidc: authenticator not initialized: " + e.getMessage();
            }
        }
    }

    private URI discover() throws IOException, InterruptedException {
        JsonObject document = document(discovery);
        String named = document.string("issuer");
        if (!named.equals(issuer)) {
            throw new IOException(
                    "oidc: issuer did not match the issuer returned by provider, expected "
                            + new JsonString(issuer)
                            + " got "
                            + new JsonString(named));
        }
        String uri = document.string("jwks_uri");
        if (!uri.startsWith("https://")) {
            throw new IOException("provider did not return JWKS URL");
        }
        return URI.create(uri);
    }

    private JsonObject document(URI address) throws IOException, InterruptedException {
        try {
            if (Json.parse(http.get(address)) instanceof JsonObject document) {
                return document;
            }
        } catch (JsonException e) {
            throw new IOException(address + " is no JSON: " + e.getMessage(), e);
        }
        throw new IOException(address + " is no object");
    }
}
