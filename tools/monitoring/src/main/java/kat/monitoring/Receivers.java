package kat.monitoring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// AlertmanagerConfigs as parts of Alertmanager's configuration: a route for alerts of the
/// object's namespace, and receivers under names of its own.
///
/// **Source:** "Configuration" of Alertmanager's documentation, "API reference" of
/// prometheus-operator.
final class Receivers {

    /// By integration, which fields it has: the name here and there. Those that begin with `!`
    /// are selectors of a Secret's key.
    private static final Map<String, List<String>> INTEGRATIONS =
            Map.of(
                    "webhookConfigs",
                    List.of(
                            "sendResolved send_resolved",
                            "url url",
                            "!urlSecret url",
                            "maxAlerts max_alerts"),
                    "emailConfigs",
                    List.of(
                            "sendResolved send_resolved",
                            "to to",
                            "from from",
                            "hello hello",
                            "smarthost smarthost",
                            "authUsername auth_username",
                            "!authPassword auth_password",
                            "!authSecret auth_secret",
                            "authIdentity auth_identity",
                            "html html",
                            "text text",
                            "requireTLS require_tls"),
                    "slackConfigs",
                    List.of(
                            "sendResolved send_resolved",
                            "!apiURL api_url",
                            "channel channel",
                            "username username",
                            "color color",
                            "title title",
                            "titleLink title_link",
                            "pretext pretext",
                            "text text",
                            "footer footer",
                            "fallback fallback",
                            "callbackId callback_id",
                            "iconEmoji icon_emoji",
                            "iconURL icon_url",
                            "imageURL image_url",
                            "thumbURL thumb_url",
                            "linkNames link_names",
                            "shortFields short_fields",
                            "mrkdwnIn mrkdwn_in"),
                    "pagerdutyConfigs",
                    List.of(
                            "sendResolved send_resolved",
                            "!routingKey routing_key",
                            "!serviceKey service_key",
                            "url url",
                            "client client",
                            "clientURL client_url",
                            "description description",
                            "severity severity",
                            "class class",
                            "group group",
                            "component component"));

    private static final int MOST_DEPTH = 20;

    private final Credentials credentials;
    private final KubeObject config;
    private final List<String> unsupported;
    private final Set<String> names = new HashSet<>();

    /// @param unsupported gets the paths of fields that are not acted on
    Receivers(Credentials credentials, KubeObject config, List<String> unsupported) {
        this.credentials = credentials;
        this.config = config;
        this.unsupported = unsupported;
    }

    /// What an object adds to the configuration.
    record Part(JsonObject route, List<JsonObject> receivers, List<JsonObject> inhibitions) {
        Part {
            receivers = List.copyOf(receivers);
            inhibitions = List.copyOf(inhibitions);
        }

        /// All of it, to see how long it is.
        JsonObject tree() {
            return JsonObject.EMPTY
                    .with("route", route)
                    .with("receivers", new JsonArray(List.copyOf(receivers)))
                    .with("inhibitions", new JsonArray(List.copyOf(inhibitions)));
        }
    }

    /// @throws InvalidException when Alertmanager would not take it
    Part part() {
        Fields spec = new Fields(config.spec(), "spec");
        List<JsonObject> receivers = new ArrayList<>();
        for (JsonObject each : spec.objects("receivers")) {
            receivers.add(receiver(new Fields(each, "spec.receivers[" + receivers.size() + "]")));
        }
        Fields top = new Fields(spec.object("route"), "spec.route");
        if (top.string("receiver", "").isEmpty()) {
            throw new InvalidException("spec.route.receiver", "is empty");
        }
        JsonObject route = route(top, 0);
        List<Json> matchers = new ArrayList<>();
        matchers.add(Json.of("namespace=\"" + config.namespace() + "\""));
        for (String matcher : route.array("matchers").strings()) {
            if (!matcher.startsWith("namespace=")) {
                matchers.add(Json.of(matcher));
            }
        }
        route = route.with("matchers", new JsonArray(matchers)).with("continue", true);
        List<JsonObject> inhibitions = new ArrayList<>();
        for (JsonObject each : spec.objects("inhibitRules")) {
            inhibitions.add(inhibition(each, "spec.inhibitRules[" + inhibitions.size() + "]"));
        }
        unsupported.addAll(spec.rest());
        return new Part(route, receivers, inhibitions);
    }

    private String own(String name) {
        return config.key() + "/" + name;
    }

    private JsonObject receiver(Fields fields) {
        String name = fields.string("name", "");
        if (name.isEmpty() || !names.add(name)) {
            throw new InvalidException(
                    fields.path("name"), name.isEmpty() ? "is empty" : "is there twice");
        }
        JsonObject.Builder receiver = JsonObject.builder().put("name", own(name));
        for (String integration : new TreeMap<>(INTEGRATIONS).keySet()) {
            List<Json> all = new ArrayList<>();
            for (JsonObject each : fields.objects(integration)) {
                String path = fields.path(integration + "[" + all.size() + "]");
                all.add(integration(new Fields(each, path), integration));
            }
            if (!all.isEmpty()) {
                receiver.put(integration.replace("Configs", "_configs"), new JsonArray(all));
            }
        }
        unsupported.addAll(fields.rest());
        return receiver.build();
    }

    private JsonObject integration(Fields fields, String integration) {
        JsonObject.Builder out = JsonObject.builder();
        for (String entry : INTEGRATIONS.getOrDefault(integration, List.of())) {
            boolean secret = entry.startsWith("!");
            String[] words = entry.substring(secret ? 1 : 0).split(" ", 2);
            if (!secret) {
                fields.copy(words[0], words[1], out);
            } else if (fields.has(words[0])) {
                out.put(
                        words[1],
                        credentials
                                .value(
                                        Kinds.SECRET,
                                        config.namespace(),
                                        fields.object(words[0]),
                                        fields.path(words[0]))
                                .strip());
            }
        }
        unsupported.addAll(fields.rest());
        JsonObject built = out.build();
        boolean complete =
                switch (integration) {
                    case "webhookConfigs" -> built.has("url");
                    case "emailConfigs" ->
                            built.has("to") && built.has("from") && built.has("smarthost");
                    case "slackConfigs" -> built.has("api_url");
                    default -> built.has("routing_key") || built.has("service_key");
                };
        if (!complete) {
            throw new InvalidException(fields.path(), "does not say where to send to");
        }
        return built;
    }

    private JsonObject route(Fields fields, int depth) {
        if (depth > MOST_DEPTH) {
            throw new InvalidException(fields.path(), "is too deep");
        }
        JsonObject.Builder route = JsonObject.builder();
        String receiver = fields.string("receiver", "");
        if (!receiver.isEmpty()) {
            if (!names.contains(receiver)) {
                throw new InvalidException(
                        fields.path("receiver"), "there is no receiver '" + receiver + "'");
            }
            route.put("receiver", own(receiver));
        }
        for (String field : List.of("groupWait", "groupInterval", "repeatInterval")) {
            String text = fields.string(field, "");
            if (!text.isEmpty()) {
                Words.requireDuration(text, fields.path(field));
                route.put(field.replace("Wait", "_wait").replace("Interval", "_interval"), text);
            }
        }
        for (String label : fields.strings("groupBy")) {
            if (!label.equals("...") && !Words.isLabel(label)) {
                throw new InvalidException(fields.path("groupBy"), "'" + label + "' is no label");
            }
        }
        fields.copy("groupBy", "group_by", route).copy("continue", "continue", route);
        List<Json> matchers = matchers(fields.objects("matchers"), fields.path("matchers"));
        if (!matchers.isEmpty()) {
            route.put("matchers", new JsonArray(matchers));
        }
        List<Json> routes = new ArrayList<>();
        for (JsonObject each : fields.objects("routes")) {
            String path = fields.path("routes[" + routes.size() + "]");
            routes.add(route(new Fields(each, path), depth + 1));
        }
        if (!routes.isEmpty()) {
            route.put("routes", new JsonArray(routes));
        }
        unsupported.addAll(fields.rest());
        return route.build();
    }

    private static List<Json> matchers(List<JsonObject> given, String path) {
        List<Json> all = new ArrayList<>();
        for (JsonObject each : given) {
            String name = each.string("name");
            String sign = each.string("matchType", each.bool("regex") ? "=~" : "=");
            String value = each.string("value");
            if (!Words.isLabel(name)) {
                throw new InvalidException(path, "'" + name + "' is no name of a label");
            }
            Words.requireExpression(sign.endsWith("~") ? value : "", path);
            String quoted = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            all.add(Json.of(name + sign + "\"" + quoted + "\""));
        }
        return all;
    }

    private JsonObject inhibition(JsonObject rule, String path) {
        List<Json> source = new ArrayList<>();
        List<Json> target = new ArrayList<>();
        Json own = Json.of("namespace=\"" + config.namespace() + "\"");
        source.add(own);
        target.add(own);
        source.addAll(matchers(rule.array("sourceMatch").objects(), path + ".sourceMatch"));
        target.addAll(matchers(rule.array("targetMatch").objects(), path + ".targetMatch"));
        return JsonObject.builder()
                .put("source_matchers", new JsonArray(source))
                .put("target_matchers", new JsonArray(target))
                .put("equal", rule.array("equal"))
                .build();
    }
}
