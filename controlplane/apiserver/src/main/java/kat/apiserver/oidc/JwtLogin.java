package kat.apiserver.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.RememberedLogins;
import kat.apiserver.auth.TokenLogin;
import kat.apiserver.auth.User;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Judges tokens of one issuer. Who a token was is remembered for ten seconds.
///
/// **Threads:** as [TokenLogin]; [#start] and [#close] by the owner.
///
/// **Source:** `apiserver/plugin/pkg/authenticator/token/oidc/oidc.go`, `go-oidc`.
public final class JwtLogin implements TokenLogin, AutoCloseable {

    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(10);

    /// By so much the clock of an issuer may be ahead.
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private static final int PARTS = 3;
    private static final System.Logger LOG = System.getLogger(JwtLogin.class.getName());

    private final JwtConfig config;
    private final IssuerKeys keys;
    private final Ticker ticker;
    private final RememberedLogins remembered;
    private volatile boolean isClosed;

    public JwtLogin(JwtConfig config, HttpFetch http, Ticker ticker) {
        this.config = config;
        this.keys =
                new IssuerKeys(config.issuer().url(), config.issuer().discoveryUrl(), http, ticker);
        this.ticker = ticker;
        this.remembered = new RememberedLogins(REMEMBERED, ticker);
    }

    /// Fetches the keys, again and again until there are some.
    public void start() {
        if (!isClosed) {
            Thread.ofVirtual().name("kat-oidc").start(this::begin);
        }
    }

    private void begin() {
        try {
            if (!keys.begin()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "keys of an issuer not fetched cause=" + keys.fault());
                Ticker.Scheduled unused = ticker.schedule(RETRY, this::start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        isClosed = true;
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
        String[] parts = token.split("\\.", -1);
        JsonObject claims = parts.length == PARTS ? object(parts[1]) : null;
        if (claims == null || !claims.string("iss").equals(config.issuer().url())) {
            return Login.ABSENT;
        }
        try {
            requireSigned(parts);
            requireValid(claims);
            User user = new Claims(claims).user(config).signedIn();
            return remembered.put(token, new Login.Accepted(user, List.of(), ""));
        } catch (LoginFault e) {
            LOG.log(System.Logger.Level.DEBUG, "token refused cause=" + e.getMessage());
            return new Login.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Login.Refused("oidc: interrupted while fetching keys");
        }
    }

    private static @Nullable JsonObject object(String part) {
        try {
            return Json.parse(Base64.getUrlDecoder().decode(part)) instanceof JsonObject object
                    ? object
                    : null;
        } catch (IllegalArgumentException | JsonException noObject) {
            return null;
        }
    }

    private void requireSigned(String[] parts) throws LoginFault, InterruptedException {
        JsonObject header = object(parts[0]);
        String algorithm = header == null ? "" : header.string("alg");
        List<String> allowed = config.issuer().algorithms();
        if (header == null || !allowed.contains(algorithm)) {
            throw verify(
                    "id token signed with unsupported algorithm, expected "
                            + JsonArray.ofStrings(allowed)
                            + " got "
                            + new JsonString(algorithm));
        }
        byte[] signature;
        try {
            signature = Base64.getUrlDecoder().decode(parts[2]);
        } catch (IllegalArgumentException e) {
            throw verify("malformed jwt");
        }
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
        String id = header.string("kid");
        boolean isSigned =
                keys.any(
                        key ->
                                (id.isEmpty() || key.id().equals(id))
                                        && key.verifies(algorithm, signed, signature));
        if (!isSigned) {
            throw keys.fault().isEmpty()
                    ? new LoginFault(
                            "oidc: verify token: failed to verify signature: failed to verify id"
                                    + " token signature")
                    : new LoginFault(keys.fault());
        }
    }

    private void requireValid(JsonObject claims) throws LoginFault {
        List<String> audiences =
                claims.get("aud") instanceof JsonArray several
                        ? several.strings()
                        : List.of(claims.string("aud"));
        List<String> wanted = config.issuer().audiences();
        if (audiences.stream().noneMatch(wanted::contains)) {
            String shown =
                    wanted.size() == 1
                            ? "audience " + new JsonString(wanted.getFirst())
                            : "audience in " + JsonArray.ofStrings(wanted);
            throw verify("expected " + shown + " got " + JsonArray.ofStrings(audiences));
        }
        Instant now = ticker.now();
        Instant end = Instant.ofEpochSecond(seconds(claims, "exp"));
        if (end.isBefore(now)) {
            throw verify("token is expired (Token Expiry: " + end + ")");
        }
        Instant start = Instant.ofEpochSecond(seconds(claims, "nbf"));
        if (now.plus(LEEWAY).isBefore(start)) {
            throw verify("current time " + now + " before the nbf (not before) time: " + start);
        }
    }

    /// 0 when there is none: such a token has expired, and holds since ever.
    private static long seconds(JsonObject claims, String name) {
        return claims.get(name) instanceof JsonNumber number ? number.longValue() : 0;
    }

    private static LoginFault verify(String why) {
        return new LoginFault("oidc: verify token: oidc: " + why);
    }
}
