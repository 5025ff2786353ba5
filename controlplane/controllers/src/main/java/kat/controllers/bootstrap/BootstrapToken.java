package kat.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// A Secret that holds a bootstrap token.
///
/// **Source:** `k8s.io/cluster-bootstrap/util/secrets`.
record BootstrapToken(KubeObject secret) {

    static final String NAMESPACE = "kube-system";

    private static final String TYPE = "bootstrap.kubernetes.io/token";
    private static final Pattern NAME = Pattern.compile("bootstrap-token-([a-z0-9]{6})");

    /// Null for any other Secret.
    static @Nullable BootstrapToken of(KubeObject secret) {
        boolean isToken =
                secret.namespace().equals(NAMESPACE) && secret.tree().string("type").equals(TYPE);
        return isToken ? new BootstrapToken(secret) : null;
    }

    private String value(String key) {
        String encoded = secret.tree().object("data").string(key);
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    String id() {
        return value("token-id");
    }

    String word() {
        return value("token-secret");
    }

    /// Null when it has none. One that cannot be read has passed.
    @Nullable Instant end() {
        String time = value("expiration");
        if (time.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException noTime) {
            return Instant.EPOCH;
        }
    }

    boolean isOver(Instant now) {
        Instant end = end();
        return end != null && !end.isAfter(now);
    }

    /// Whether it may sign what new nodes shall trust.
    boolean signs(Instant now) {
        Matcher name = NAME.matcher(secret.name());
        return name.matches()
                && name.group(1).equals(id())
                && !word().isEmpty()
                && !secret.isDeleting()
                && !isOver(now)
                && value("usage-bootstrap-signing").equals("true");
    }
}
