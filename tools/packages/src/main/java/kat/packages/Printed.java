package kat.packages;

import java.time.OffsetDateTime;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;

/// A release as Helm prints it.
final class Printed {

    private static final String DRY_RUN = "Dry run complete";

    private Printed() {}

    /// What stands after install, upgrade, status and test.
    static String status(ReleaseRecord release, Invocation said) {
        StringBuilder text = new StringBuilder(head(release));
        if (said.has("show-desc")) {
            text.append("DESCRIPTION: ").append(release.description()).append('\n');
        }
        text.append(tests(release));
        if (release.description().equals(DRY_RUN)) {
            text.append(hooksAndManifest(release));
        }
        if (!said.has("hide-notes")) {
            text.append(notes(release));
        }
        return text.toString();
    }

    private static String head(ReleaseRecord release) {
        OffsetDateTime time = release.lastDeployed();
        return "NAME: "
                + release.name()
                + (time == null ? "" : "\nLAST DEPLOYED: " + GoTime.ansi(time))
                + "\nNAMESPACE: "
                + release.namespace()
                + "\nSTATUS: "
                + release.status()
                + "\nREVISION: "
                + release.version()
                + "\n";
    }

    /// @param computed all values, as YAML
    static String all(ReleaseRecord release, String computed) {
        JsonObject chart = release.chartMetadata();
        return head(release)
                + "CHART: "
                + chart.string("name")
                + "\nVERSION: "
                + chart.string("version")
                + "\nAPP_VERSION: "
                + chart.string("appVersion")
                + "\n"
                + tests(release)
                + "USER-SUPPLIED VALUES:\n"
                + Yaml.write(values(release))
                + "\nCOMPUTED VALUES:\n"
                + computed
                + "\n"
                + hooksAndManifest(release)
                + notes(release);
    }

    private static String tests(ReleaseRecord release) {
        List<JsonObject> tests = release.hooks("test");
        if (tests.isEmpty()) {
            return "TEST SUITE: None\n";
        }
        StringBuilder text = new StringBuilder();
        for (JsonObject test : tests) {
            JsonObject run = test.object("last_run");
            OffsetDateTime started = ReleaseRecord.time(run.string("started_at"));
            if (started != null) {
                text.append("TEST SUITE:     ").append(test.string("name"));
                text.append("\nLast Started:   ").append(GoTime.ansi(started));
                OffsetDateTime completed = ReleaseRecord.time(run.string("completed_at"));
                text.append("\nLast Completed: ").append(GoTime.ansi(completed));
                text.append("\nPhase:          ").append(run.string("phase")).append('\n');
            }
        }
        return text.toString();
    }

    /// The values that were given; null when there were none.
    static Json values(ReleaseRecord release) {
        JsonObject values = release.content().object("config");
        return values.isEmpty() ? JsonNull.NULL : values;
    }

    static String hooks(ReleaseRecord release) {
        StringBuilder text = new StringBuilder();
        for (JsonObject hook : release.hooks()) {
            text.append("---\n# Source: ").append(hook.string("path")).append('\n');
            text.append(hook.string("manifest")).append('\n');
        }
        return text.toString();
    }

    private static String hooksAndManifest(ReleaseRecord release) {
        return "HOOKS:\n" + hooks(release) + "MANIFEST:\n" + release.manifest() + "\n";
    }

    private static String notes(ReleaseRecord release) {
        String notes = release.info().string("notes").strip();
        return notes.isEmpty() ? "" : "NOTES:\n" + notes + "\n";
    }

    static JsonObject metadata(ReleaseRecord release) {
        JsonObject chart = release.chartMetadata();
        OffsetDateTime time = release.lastDeployed();
        JsonObject metadata =
                JsonObject.of("name", Json.of(release.name()))
                        .with("chart", chart.string("name"))
                        .with("version", chart.string("version"))
                        .with("appVersion", chart.string("appVersion"))
                        .with("namespace", release.namespace())
                        .with("revision", release.version())
                        .with("status", release.status())
                        .with(
                                "deployedAt",
                                time == null
                                        ? ""
                                        : time.withNano(0).toString().replace("+00:00", "Z"));
        JsonObject annotations = chart.object("annotations");
        JsonArray dependencies = chart.array("dependencies");
        metadata = annotations.isEmpty() ? metadata : metadata.with("annotations", annotations);
        return dependencies.isEmpty() ? metadata : metadata.with("dependencies", dependencies);
    }

    static String metadataTable(JsonObject metadata) {
        List<String> annotations =
                metadata.object("annotations").strings().entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .sorted()
                        .toList();
        List<String> dependencies =
                metadata.array("dependencies").objects().stream()
                        .map(dependency -> dependency.string("name"))
                        .sorted()
                        .toList();
        return "NAME: "
                + metadata.string("name")
                + "\nCHART: "
                + metadata.string("chart")
                + "\nVERSION: "
                + metadata.string("version")
                + "\nAPP_VERSION: "
                + metadata.string("appVersion")
                + "\nANNOTATIONS: "
                + String.join(",", annotations)
                + "\nDEPENDENCIES: "
                + String.join(",", dependencies)
                + "\nNAMESPACE: "
                + metadata.string("namespace")
                + "\nREVISION: "
                + metadata.integer("revision", 0)
                + "\nSTATUS: "
                + metadata.string("status")
                + "\nDEPLOYED_AT: "
                + metadata.string("deployedAt")
                + "\n";
    }
}
