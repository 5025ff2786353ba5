package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The documents of a rendered chart, one by one.
///
/// @param source the template, such as `web/templates/service.yaml`; empty when it is not told
/// @param text without the separator before it
record Documents(String source, String text) {

    private static final Pattern SEPARATOR = Pattern.compile("\n---[ \t]*(?=\n|$)");
    private static final Pattern SOURCE = Pattern.compile("(?m)^# Source: (.+)$");

    static List<Documents> of(String rendered) {
        List<Documents> documents = new ArrayList<>();
        for (String part : SEPARATOR.splitAsStream("\n" + rendered).toList()) {
            if (!part.isBlank()) {
                Matcher source = SOURCE.matcher(part);
                documents.add(
                        new Documents(source.find() ? source.group(1) : "", part.strip() + "\n"));
            }
        }
        return documents;
    }

    /// The path inside the chart: `templates/service.yaml`.
    String inChart() {
        return source.substring(source.indexOf('/') + 1);
    }

    private String hook() {
        try {
            return Yaml.read(text).value() instanceof JsonObject object
                    ? object.at("metadata", "annotations").string("helm.sh/hook")
                    : "";
        } catch (YamlException noObject) {
            return "";
        }
    }

    /// The namespace that an object names, or that of its release.
    static String namespace(String manifest, String absent) {
        return Yaml.read(manifest).value() instanceof JsonObject object
                ? object.object("metadata").string("namespace", absent)
                : absent;
    }

    boolean isHook() {
        return !hook().isEmpty();
    }

    /// When a hook runs: `pre-install`, `test`.
    List<String> events() {
        return Parts.of(hook(), ',').stream().map(String::strip).toList();
    }

    boolean isTest() {
        return events().contains("test");
    }

    /// All of them, as Helm writes them.
    static String joined(List<Documents> documents) {
        StringBuilder text = new StringBuilder();
        for (Documents document : documents) {
            text.append("---\n").append(document.text);
        }
        return text.toString();
    }
}
