package kat.apiserver.webhook;

import java.time.Duration;
import java.util.List;
import kat.api.cel.Program;

/// Who decides what users may do, in their order.
///
/// **Source:** `apiserver.config.k8s.io/v1` AuthorizationConfiguration.
public record AuthorizationConfig(List<Mode> modes) {

    /// The node authorizer, then RBAC.
    public static final AuthorizationConfig DEFAULT =
            new AuthorizationConfig(List.of(BuiltIn.NODE, BuiltIn.RBAC));

    public AuthorizationConfig {
        modes = List.copyOf(modes);
    }

    /// One of those who decide.
    public sealed interface Mode {}

    /// Those that are part of the server.
    public enum BuiltIn implements Mode {
        NODE,
        RBAC,
        ALWAYS_ALLOW,
        ALWAYS_DENY
    }

    /// Another server.
    ///
    /// @param name for logs
    /// @param version of `SubjectAccessReview`: `v1` or `v1beta1`
    /// @param denies whether nobody else is asked when the server gives no answer
    /// @param conditions all must hold for the server to be asked
    public record Webhook(
            String name,
            WebhookTarget target,
            String version,
            Times times,
            boolean denies,
            List<Condition> conditions)
            implements Mode {

        public Webhook {
            conditions = List.copyOf(conditions);
        }
    }

    /// @param timeout of one question; more than 0, 30 s at most
    /// @param allowed how long a yes is remembered; default 5 min, zero for not at all
    /// @param refused how long anything else is; default 30 s, zero for not at all
    public record Times(Duration timeout, Duration allowed, Duration refused) {}

    /// @param text as it was written
    public record Condition(String text, Program program) {}
}
