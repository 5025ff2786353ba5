package kat.monitoring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.yaml.Yaml;
import kat.monitoring.promql.PromQl;
import kat.monitoring.promql.PromQlException;

/// PrometheusRules as files of rules.
///
/// A rule that Prometheus would refuse makes it refuse all files, so each is judged here first.
///
/// **Source:** "Recording rules", "Alerting rules" of Prometheus' documentation.
final class RuleFiles {

    private RuleFiles() {}

    /// A file, and what of its object was left out.
    record RuleFile(String text, List<String> unsupported) {
        RuleFile {
            unsupported = List.copyOf(unsupported);
        }
    }

    /// @throws InvalidException when Prometheus would not take it
    static RuleFile of(KubeObject rule) {
        List<String> unsupported = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<Json> groups = new ArrayList<>();
        int number = 0;
        for (JsonObject group : rule.spec().array("groups").objects()) {
            Fields fields = new Fields(group, "spec.groups[" + number + "]");
            String name = fields.string("name", "");
            if (name.isEmpty() || !names.add(name)) {
                throw new InvalidException(
                        fields.path("name"),
                        name.isEmpty() ? "is empty" : "'" + name + "' is there twice");
            }
            groups.add(group(fields, name));
            unsupported.addAll(fields.rest());
            number++;
        }
        JsonObject file = JsonObject.of("groups", new JsonArray(groups));
        return new RuleFile(Yaml.write(file), unsupported);
    }

    private static JsonObject group(Fields fields, String name) {
        JsonObject.Builder group = JsonObject.builder().put("name", name);
        String interval = fields.string("interval", "");
        if (!interval.isEmpty()) {
            Words.requireDuration(interval, fields.path("interval"));
            group.put("interval", interval);
        }
        fields.copy("limit", "limit", group);
        // Thanos alone reads it
        Json unused = fields.get("partial_response_strategy");
        JsonObject labels = fields.object("labels");
        List<Json> rules = new ArrayList<>();
        int number = 0;
        for (JsonObject rule : fields.objects("rules")) {
            rules.add(rule(rule, fields.path("rules[" + number + "]"), labels));
            number++;
        }
        return group.put("rules", new JsonArray(rules)).build();
    }

    private static JsonObject rule(JsonObject rule, String path, JsonObject shared) {
        String record = rule.string("record");
        String alert = rule.string("alert");
        if (record.isEmpty() == alert.isEmpty()) {
            throw new InvalidException(path, "needs one of record and alert");
        }
        if (!record.isEmpty() && !Words.isMetric(record)) {
            throw new InvalidException(path + ".record", "'" + record + "' is no name of a metric");
        }
        JsonObject.Builder out = JsonObject.builder();
        out.putUnlessEmpty("record", record).putUnlessEmpty("alert", alert);
        out.put("expr", expression(rule, path + ".expr"));
        for (String field : List.of("for", "keep_firing_for")) {
            String text = rule.string(field);
            if (!text.isEmpty()) {
                if (alert.isEmpty()) {
                    throw new InvalidException(path + "." + field, "is for alerts only");
                }
                Words.requireDuration(text, path + "." + field);
                out.put(field, text);
            }
        }
        JsonObject labels = shared;
        for (String name : rule.object("labels").names()) {
            labels = labels.with(name, rule.object("labels").string(name));
        }
        texts(labels, path + ".labels", !alert.isEmpty());
        texts(rule.object("annotations"), path + ".annotations", !alert.isEmpty());
        if (!labels.isEmpty()) {
            out.put("labels", labels);
        }
        if (rule.has("annotations")) {
            if (alert.isEmpty()) {
                throw new InvalidException(path + ".annotations", "are for alerts only");
            }
            out.put("annotations", rule.object("annotations"));
        }
        return out.build();
    }

    private static String expression(JsonObject rule, String path) {
        Json given = rule.get("expr");
        String text = given instanceof JsonString(String value) ? value : String.valueOf(given);
        if (given == null || text.isBlank()) {
            throw new InvalidException(path, "is empty");
        }
        try {
            PromQl.Type type = PromQl.parse(text).type();
            if (type != PromQl.Type.VECTOR && type != PromQl.Type.SCALAR) {
                throw new InvalidException(path, "comes to no vector");
            }
        } catch (PromQlException e) {
            throw new InvalidException(path, String.valueOf(e.getMessage()));
        }
        return text;
    }

    private static void texts(JsonObject texts, String path, boolean templates) {
        for (String name : texts.names()) {
            if (!Words.isLabel(name) || name.equals("__name__")) {
                throw new InvalidException(path, "'" + name + "' is no name of a label");
            }
            if (templates) {
                Templates.require(texts.string(name), path + "." + name);
            }
        }
    }
}
