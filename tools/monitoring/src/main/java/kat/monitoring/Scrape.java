package kat.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What a monitor says about how to scrape, in Prometheus' words.
///
/// **Source:** "Configuration" of Prometheus' documentation, "API reference" of
/// prometheus-operator.
final class Scrape {

    private static final Map<String, String> LIMITS =
            Map.of(
                    "sampleLimit", "sample_limit",
                    "targetLimit", "target_limit",
                    "labelLimit", "label_limit",
                    "labelNameLengthLimit", "label_name_length_limit",
                    "labelValueLengthLimit", "label_value_length_limit",
                    "bodySizeLimit", "body_size_limit");

    private static final List<String> WAYS_IN =
            List.of("bearerTokenFile", "bearerTokenSecret", "authorization", "basicAuth");

    private static final Set<String> ACTIONS =
            Set.of(
                    "replace",
                    "keep",
                    "drop",
                    "hashmod",
                    "labelmap",
                    "labeldrop",
                    "labelkeep",
                    "lowercase",
                    "uppercase");

    /// Says who the cluster is, and nothing secret.
    private static final String AUTHORITY = NodeJobs.ACCOUNT + "ca.crt";

    private final Credentials credentials;
    private final Settings settings;
    private final String namespace;

    /// @param namespace of the monitor, whose Secrets it may name
    Scrape(Credentials credentials, Settings settings, String namespace) {
        this.credentials = credentials;
        this.settings = settings;
        this.namespace = namespace;
    }

    /// Limits, which stand in the spec of a monitor and hold for each of its endpoints.
    static void limits(Fields spec, JsonObject.Builder to) {
        LIMITS.forEach((field, name) -> spec.copy(field, name, to));
    }

    /// An endpoint of a monitor, or a Probe.
    ///
    /// @throws InvalidException when Prometheus would not take it
    void endpoint(Fields endpoint, JsonObject.Builder to) {
        for (String field : List.of("interval", "scrapeTimeout")) {
            String text = endpoint.string(field, "");
            if (!text.isEmpty()) {
                Words.requireDuration(text, endpoint.path(field));
                to.put(field.equals("interval") ? "scrape_interval" : "scrape_timeout", text);
            }
        }
        requireTimeoutWithinInterval(endpoint);
        endpoint.copy("scheme", "scheme", to)
                .copy("params", "params", to)
                .copy("honorLabels", "honor_labels", to)
                .copy("honorTimestamps", "honor_timestamps", to)
                .copy("followRedirects", "follow_redirects", to)
                .copy("enableHttp2", "enable_http2", to);
        signIn(endpoint, to);
        if (endpoint.has("tlsConfig")) {
            to.put("tls_config", tls(endpoint.object("tlsConfig"), endpoint.path("tlsConfig")));
        }
        if (endpoint.has("oauth2")) {
            throw new InvalidException(endpoint.path("oauth2"), "is not supported");
        }
        relabelings(endpoint, "relabelings", "relabel_configs", to);
        relabelings(endpoint, "metricRelabelings", "metric_relabel_configs", to);
    }

    /// Prometheus refuses its whole configuration otherwise.
    private void requireTimeoutWithinInterval(Fields endpoint) {
        String timeout = endpoint.string("scrapeTimeout", "");
        String interval = endpoint.string("interval", settings.interval());
        interval = interval.isEmpty() ? settings.interval() : interval;
        if (!timeout.isEmpty() && Words.millis(timeout) > Words.millis(interval)) {
            throw new InvalidException(
                    endpoint.path("scrapeTimeout"),
                    timeout + " is longer than the interval of " + interval);
        }
    }

    private void signIn(Fields endpoint, JsonObject.Builder to) {
        requireOneWay(endpoint);
        String file = endpoint.string("bearerTokenFile", "");
        if (!file.isEmpty()) {
            requireOwn(file, endpoint.path("bearerTokenFile"));
            to.put("authorization", JsonObject.builder().put("credentials_file", file).build());
        }
        JsonObject bearer = endpoint.object("bearerTokenSecret");
        if (!bearer.string("name").isEmpty()) {
            String path = endpoint.path("bearerTokenSecret");
            to.put(
                    "authorization",
                    JsonObject.builder()
                            .put(
                                    "credentials_file",
                                    credentials.secretFile(namespace, bearer, path))
                            .build());
        }
        JsonObject authorization = endpoint.object("authorization");
        if (!authorization.isEmpty()) {
            String path = endpoint.path("authorization.credentials");
            if (authorization.string("type").equalsIgnoreCase("basic")) {
                throw new InvalidException(
                        endpoint.path("authorization.type"), "basic is said by basicAuth");
            }
            to.put(
                    "authorization",
                    JsonObject.builder()
                            .put("type", authorization.string("type", "Bearer"))
                            .put(
                                    "credentials_file",
                                    credentials.secretFile(
                                            namespace, authorization.object("credentials"), path))
                            .build());
        }
        JsonObject basic = endpoint.object("basicAuth");
        if (!basic.isEmpty()) {
            String path = endpoint.path("basicAuth");
            to.put(
                    "basic_auth",
                    JsonObject.builder()
                            .put(
                                    "username",
                                    credentials.value(
                                            Kinds.SECRET,
                                            namespace,
                                            basic.object("username"),
                                            path + ".username"))
                            .put(
                                    "password_file",
                                    credentials.secretFile(
                                            namespace,
                                            basic.object("password"),
                                            path + ".password"))
                            .build());
        }
    }

    /// Prometheus refuses its whole configuration where a job signs in in two ways.
    private static void requireOneWay(Fields endpoint) {
        List<String> ways =
                WAYS_IN.stream().filter(way -> endpoint.has(way) && isSaid(endpoint, way)).toList();
        if (ways.size() > 1) {
            throw new InvalidException(
                    endpoint.path(ways.getLast()), "cannot stand beside " + ways.getFirst());
        }
    }

    private static boolean isSaid(Fields endpoint, String way) {
        return switch (way) {
            case "bearerTokenFile" -> !endpoint.string(way, "").isEmpty();
            case "bearerTokenSecret" -> !endpoint.object(way).string("name").isEmpty();
            default -> !endpoint.object(way).isEmpty();
        };
    }

    /// Beside Prometheus' configuration lie values of Secrets of all namespaces, and the token
    /// of its account: who writes a monitor could have them sent to himself. Whoever may write
    /// where Prometheus runs has them anyway.
    private void requireOwn(String file, String path) {
        if (file.isEmpty() || file.equals(AUTHORITY)) {
            return;
        }
        if (!namespace.equals(settings.namespace())) {
            throw new InvalidException(
                    path,
                    "only monitors of the namespace "
                            + settings.namespace()
                            + " may name files other than "
                            + AUTHORITY);
        }
        if (!file.startsWith(NodeJobs.ACCOUNT) || file.contains("..")) {
            throw new InvalidException(
                    path, "only files below " + NodeJobs.ACCOUNT + " may be read");
        }
    }

    private JsonObject tls(JsonObject config, String path) {
        JsonObject.Builder tls = JsonObject.builder();
        for (String file : List.of("caFile", "certFile", "keyFile")) {
            requireOwn(config.string(file), path + "." + file);
        }
        tls.putUnlessEmpty("ca_file", config.string("caFile"));
        tls.putUnlessEmpty("cert_file", config.string("certFile"));
        tls.putUnlessEmpty("key_file", config.string("keyFile"));
        tls.putUnlessEmpty("server_name", config.string("serverName"));
        tls.putUnlessEmpty("min_version", config.string("minVersion"));
        if (config.bool("insecureSkipVerify")) {
            tls.put("insecure_skip_verify", true);
        }
        for (String part : List.of("ca", "cert")) {
            if (!config.object(part).isEmpty()) {
                tls.put(
                        part + "_file",
                        credentials.eitherFile(namespace, config.object(part), path + "." + part));
            }
        }
        if (!config.object("keySecret").isEmpty()) {
            tls.put(
                    "key_file",
                    credentials.secretFile(
                            namespace, config.object("keySecret"), path + ".keySecret"));
        }
        return tls.build();
    }

    private static void relabelings(
            Fields endpoint, String field, String name, JsonObject.Builder to) {
        List<Json> all = new ArrayList<>();
        for (JsonObject each : endpoint.objects(field)) {
            all.add(relabeling(each, endpoint.path(field) + "[" + all.size() + "]"));
        }
        if (!all.isEmpty()) {
            to.put(name, new JsonArray(all));
        }
    }

    private static JsonObject relabeling(JsonObject each, String path) {
        Fields fields = new Fields(each, path);
        JsonObject.Builder out = JsonObject.builder();
        String action = fields.string("action", "replace").toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(action)) {
            throw new InvalidException(path + ".action", "'" + action + "' is not supported");
        }
        String regex = fields.string("regex", "");
        Words.requireExpression(regex, path + ".regex");
        String target = fields.string("targetLabel", "");
        boolean writes = List.of("replace", "hashmod", "lowercase", "uppercase").contains(action);
        if (writes && target.isEmpty()) {
            throw new InvalidException(path + ".targetLabel", "is needed by " + action);
        }
        if (action.equals("hashmod") && each.integer("modulus", 0) <= 0) {
            throw new InvalidException(path + ".modulus", "is needed by hashmod");
        }
        for (String label : fields.strings("sourceLabels")) {
            if (!Words.isLabel(label)) {
                throw new InvalidException(path + ".sourceLabels", "'" + label + "' is no label");
            }
        }
        out.put("action", action);
        fields.copy("sourceLabels", "source_labels", out)
                .copy("separator", "separator", out)
                .copy("targetLabel", "target_label", out)
                .copy("regex", "regex", out)
                .copy("modulus", "modulus", out)
                .copy("replacement", "replacement", out);
        return out.build();
    }
}
