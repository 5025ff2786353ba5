package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Tokens with which new nodes sign in: `ID.SECRET`, kept in Secrets `bootstrap-token-ID` of
/// `kube-system`.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `plugin/pkg/auth/authenticator/token/bootstrap`.
public final class BootstrapTokens {

    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern GROUP =
            Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
    private static final String DEFAULT_GROUP = "system:bootstrappers";
    private static final String TYPE = "bootstrap.kubernetes.io/token";

    private final AccountObjects objects;
    private final Ticker ticker;

    public BootstrapTokens(AccountObjects objects, Ticker ticker) {
        this.objects = objects;
        this.ticker = ticker;
    }

    /// Null when the token is none of these.
    @Nullable User user(String token) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return null;
        }
        String id = parts.group(1);
        KubeObject secret = objects.find(Kinds.SECRET, "kube-system", "bootstrap-token-" + id);
        if (secret == null || secret.isDeleting() || !isValid(secret, id, parts.group(2))) {
            return null;
        }
        TreeSet<String> groups = new TreeSet<>(List.of(DEFAULT_GROUP));
        for (String group : value(secret, "auth-extra-groups").split(",", -1)) {
            if (!group.isEmpty() && !GROUP.matcher(group).matches()) {
                return null;
            }
            groups.add(group);
        }
        groups.remove("");
        return new User("system:bootstrap:" + id, "", new ArrayList<>(groups), new TreeMap<>())
                .signedIn();
    }

    private boolean isValid(KubeObject secret, String id, String word) {
        byte[] kept = value(secret, "token-secret").getBytes(UTF_8);
        return secret.tree().string("type").equals(TYPE)
                && MessageDigest.isEqual(kept, word.getBytes(UTF_8))
                && value(secret, "token-id").equals(id)
                && value(secret, "usage-bootstrap-authentication").equals("true")
                && !isOver(value(secret, "expiration"));
    }

    /// A time that cannot be read has passed.
    private boolean isOver(String time) {
        try {
            return !time.isEmpty() && !OffsetDateTime.parse(time).toInstant().isAfter(ticker.now());
        } catch (DateTimeParseException noTime) {
            return true;
        }
    }

    private static String value(KubeObject secret, String key) {
        String encoded = secret.tree().object("data").string(key);
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }
}
