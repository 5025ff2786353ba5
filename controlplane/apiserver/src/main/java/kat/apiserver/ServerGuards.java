package kat.apiserver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kat.api.strategy.FeatureGates;
import kat.apiserver.ApiServerConfig.Guards;
import kat.apiserver.audit.AuditConfig;
import kat.apiserver.audit.AuditConfig.Mode;
import kat.apiserver.audit.AuditLogFile;
import kat.apiserver.audit.AuditPolicy;
import kat.apiserver.audit.AuditPolicyFile;
import kat.apiserver.audit.AuditWebhook;
import kat.apiserver.audit.Throttle;
import kat.apiserver.auth.Anonymous;
import kat.apiserver.auth.TokenFile;
import kat.apiserver.auth.User;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.encryption.EncryptionConfig;
import kat.apiserver.encryption.EncryptionFile;
import kat.apiserver.oidc.AuthenticationConfig;
import kat.apiserver.oidc.AuthenticationFile;
import kat.apiserver.oidc.HttpsFetch;
import kat.apiserver.oidc.IssuerSettings;
import kat.apiserver.oidc.JwtConfig;
import kat.apiserver.rest.RequestLog;
import kat.apiserver.trace.TracingConfig;
import kat.apiserver.webhook.AuthorizationConfig;
import kat.apiserver.webhook.AuthorizationFile;
import kat.apiserver.webhook.TokenWebhookConfig;
import kat.apiserver.webhook.WebhookClient;
import kat.apiserver.webhook.WebhookException;
import kat.apiserver.webhook.WebhookTarget;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Reads the files that options name.
public final class ServerGuards {

    private static final Map<String, Mode> MODES =
            Map.of(
                    "batch", Mode.BATCH,
                    "blocking", Mode.BLOCKING,
                    "blocking-strict", Mode.BLOCKING_STRICT);

    private static final int DEFAULT_MAX_EVENT_BYTES = 100 * 1024;

    /// For one request to the server that takes audit events.
    private static final Duration AUDIT_TIMEOUT = Duration.ofSeconds(30);

    private ServerGuards() {}

    /// @throws ConfigFileException when a file cannot be read or does not mean anything
    public static Guards of(ServerOptions options) {
        return new Guards(
                audit(options),
                encryption(options),
                authentication(options),
                tokenWebhook(options),
                options.has("authorization-config")
                        ? ConfigFile.read(
                                options.file("authorization-config"), AuthorizationFile::parse)
                        : AuthorizationConfig.DEFAULT,
                options.number("v", 0) >= RequestLog.LEVEL,
                gates(options),
                options.has("tracing-config-file")
                        ? ConfigFile.read(options.file("tracing-config-file"), TracingConfig::parse)
                        : null,
                options);
    }

    private static FeatureGates gates(ServerOptions options) {
        try {
            return FeatureGates.parse(options.text("feature-gates"));
        } catch (IllegalArgumentException e) {
            throw new ConfigFileException("feature-gates: " + e.getMessage(), e);
        }
    }

    /// Null for none.
    private static @Nullable TokenWebhookConfig tokenWebhook(ServerOptions options) {
        if (!options.has("authentication-token-webhook-config-file")) {
            return null;
        }
        String version = options.text("authentication-token-webhook-version");
        return TokenWebhookConfig.read(
                options.file("authentication-token-webhook-config-file"),
                version.isEmpty() ? "v1beta1" : version);
    }

    private static AuthenticationConfig authentication(ServerOptions options) {
        Map<String, User> tokens =
                options.has("token-auth-file")
                        ? TokenFile.read(options.file("token-auth-file"))
                        : Map.of();
        String authorities =
                options.has("oidc-ca-file") ? ConfigFile.text(options.file("oidc-ca-file")) : "";
        JwtConfig old = IssuerSettings.ofOptions(options, authorities);
        Anonymous anonymous = new Anonymous(options.truth("anonymous-auth", true), List.of());
        List<JwtConfig> issuers = old == null ? List.of() : List.of(old);
        if (options.has("authentication-config")) {
            AuthenticationFile.Read file =
                    ConfigFile.read(
                            options.file("authentication-config"), AuthenticationFile::parse);
            requireOne(options, old, file);
            issuers = file.issuers();
            anonymous = file.anonymous() == null ? anonymous : file.anonymous();
        }
        // Authorities that are none are better told now than at the first token.
        issuers.forEach(issuer -> new HttpsFetch(issuer.issuer().authorities()));
        return new AuthenticationConfig(tokens, issuers, anonymous);
    }

    /// Nothing may be said in two places.
    private static void requireOne(
            ServerOptions options, @Nullable JwtConfig old, AuthenticationFile.Read file) {
        if (old != null) {
            throw new ConfigFileException(
                    "authentication-config file and oidc-* flags are mutually exclusive");
        }
        if (file.anonymous() != null && options.has("anonymous-auth")) {
            throw new ConfigFileException(
                    "--anonymous-auth flag cannot be set when anonymous field is configured in"
                            + " authentication configuration file");
        }
    }

    private static EncryptionConfig encryption(ServerOptions options) {
        if (!options.has("encryption-provider-config")) {
            return EncryptionConfig.NONE;
        }
        Path file = options.file("encryption-provider-config");
        boolean reloads = options.truth("encryption-provider-config-automatic-reload", false);
        return new EncryptionConfig(
                ConfigFile.read(file, EncryptionFile::parse), reloads ? file : null);
    }

    /// Null for no audit log.
    private static @Nullable AuditConfig audit(ServerOptions options) {
        AuditConfig.Log log = options.has("audit-log-path") ? auditLog(options) : null;
        AuditConfig.Webhook webhook =
                options.has("audit-webhook-config-file") ? auditWebhook(options) : null;
        if (log == null && webhook == null) {
            return null;
        }
        if (!options.has("audit-policy-file")) {
            throw new ConfigFileException(
                    (log == null ? "audit-webhook-config-file" : "audit-log-path")
                            + " needs audit-policy-file: without a policy nothing is logged");
        }
        AuditPolicy policy =
                ConfigFile.read(options.file("audit-policy-file"), AuditPolicyFile::parse);
        return new AuditConfig(policy, log, webhook);
    }

    private static AuditConfig.Log auditLog(ServerOptions options) {
        AuditLogFile.Rotation usual = AuditConfig.DEFAULT_ROTATION;
        int megabytes = options.number("audit-log-maxsize", 0);
        AuditLogFile.Rotation rotation =
                new AuditLogFile.Rotation(
                        megabytes == 0 ? usual.maxBytes() : (long) megabytes << 20,
                        options.number("audit-log-maxbackup", usual.maxBackups()),
                        options.days("audit-log-maxage", usual.maxAge()));
        int buffer = options.number("audit-log-batch-buffer-size", AuditConfig.DEFAULT_BUFFER_SIZE);
        return new AuditConfig.Log(
                options.file("audit-log-path"),
                rotation,
                options.word("audit-log-mode", MODES, Mode.BLOCKING),
                Math.max(1, buffer),
                maxEventBytes(options, "log"));
    }

    private static AuditConfig.Webhook auditWebhook(ServerOptions options) {
        WebhookTarget target = TokenWebhookConfig.server(options.file("audit-webhook-config-file"));
        AuditWebhook.Batches usual = AuditWebhook.Batches.DEFAULT;
        int buffer = options.number("audit-webhook-batch-buffer-size", usual.bufferSize());
        int events = options.number("audit-webhook-batch-max-size", usual.maxEvents());
        if (buffer == 0 || events == 0) {
            throw new ConfigFileException(
                    "audit-webhook-batch-buffer-size and audit-webhook-batch-max-size must be"
                            + " positive numbers");
        }
        AuditWebhook.Batches batches =
                new AuditWebhook.Batches(
                        buffer,
                        events,
                        options.time("audit-webhook-batch-max-wait", usual.maxWait()),
                        options.time("audit-webhook-initial-backoff", usual.firstPause()),
                        auditRate(options));
        return new AuditConfig.Webhook(
                ticker -> posting(target, ticker), batches, maxEventBytes(options, "webhook"));
    }

    private static Throttle.Rate auditRate(ServerOptions options) {
        if (!options.truth("audit-webhook-batch-throttle-enable", true)) {
            return Throttle.Rate.UNBOUNDED;
        }
        String told = "audit-webhook-batch-throttle-";
        double perSecond = options.decimal(told + "qps", Throttle.Rate.DEFAULT.perSecond());
        int burst = options.number(told + "burst", Throttle.Rate.DEFAULT.burst());
        if (!(perSecond > 0) || burst <= 0) {
            throw new ConfigFileException(
                    told + "qps and " + told + "burst must be positive numbers");
        }
        return new Throttle.Rate(perSecond, burst);
    }

    private static AuditWebhook.Post posting(WebhookTarget target, Ticker ticker) {
        WebhookClient client = WebhookClient.outside(ticker);
        return body -> {
            try {
                client.send(target, body, AUDIT_TIMEOUT);
            } catch (WebhookException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    /// 0 when events may be as large as they are.
    private static int maxEventBytes(ServerOptions options, String plugin) {
        String start = "audit-" + plugin + "-truncate-";
        int bytes = options.number(start + "max-event-size", DEFAULT_MAX_EVENT_BYTES);
        return options.truth(start + "enabled", false) ? bytes : 0;
    }
}
