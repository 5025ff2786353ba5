package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.yaml.Yaml;

/// A release goes back to what an earlier revision was, as a new revision.
///
/// The Helm library has no rollback. What was deployed then is made a chart that renders to exactly
/// that, and the library upgrades to it, seeing the releases through a [StorageLens]: the revision
/// that goes is the one that patches start from whatever its state is, and the one that comes is
/// stored as Helm's rollback stores it, from its first moment on.
final class Rollback implements StorageLens.View {

    private static final String EVENTS = "helm.sh/hook";
    private static final List<String> STAGES = List.of("pre-", "post-");

    private final ReleaseRecord current;
    private final ReleaseRecord target;

    /// @param current the last revision
    /// @param target the one to go back to
    Rollback(ReleaseRecord current, ReleaseRecord target) {
        this.current = current;
        this.target = target;
    }

    /// The revision that `helm rollback` means.
    ///
    /// @param revision 0 for the one before the last
    /// @throws HelmException in Helm's words when there is no such revision
    static Rollback of(List<ReleaseRecord> history, int revision) {
        if (history.isEmpty()) {
            throw new HelmException("release: not found");
        }
        ReleaseRecord current = history.getLast();
        long wanted = revision == 0 ? current.version() - 1 : revision;
        return history.stream()
                .filter(record -> record.version() == wanted)
                .findFirst()
                .map(target -> new Rollback(current, target))
                .orElseThrow(() -> new HelmException("release has no " + wanted + " version"));
    }

    private String description() {
        return "Rollback to " + target.version();
    }

    @Override
    public ReleaseRecord shown(ReleaseRecord stored) {
        return stored.version() == current.version()
                ? stored.withStatus(ReleaseRecord.DEPLOYED)
                : stored;
    }

    @Override
    public ReleaseRecord stored(ReleaseRecord written) {
        if (written.version() <= current.version()) {
            boolean keeps =
                    written.version() == current.version()
                            && !current.status().equals(ReleaseRecord.DEPLOYED);
            return keeps ? written.withStatus(current.status()) : written;
        }
        String status = written.status();
        String said = written.description();
        JsonObject content =
                written.content()
                        .with("chart", target.chart())
                        .with("manifest", target.manifest())
                        .with("config", target.content().object("config"))
                        .with("hooks", target.content().array("hooks"));
        return new ReleaseRecord(content, written.labels())
                .withStatus(written.isPending() ? ReleaseRecord.PENDING_ROLLBACK : status)
                .withInfo("notes", target.info().string("notes"))
                .withInfo(
                        "description",
                        status.equals(ReleaseRecord.FAILED)
                                ? said.replaceFirst("^Upgrade ", "Rollback ")
                                : description());
    }

    /// @param folder a new one, for the chart
    /// @param isTrial leaves out the hooks: what is not made never ends
    /// @return the upgrade that is this rollback; it lacks the cluster and the person's options
    UpgradeCommand upgrade(Path folder, boolean isTrial) {
        try {
            writeChart(folder, isTrial ? List.of() : target.hooks());
        } catch (IOException e) {
            throw new HelmException("cannot write the revision as a chart", e);
        }
        return new Helm(folder)
                .upgrade()
                .withName(current.name())
                .withNamespace(current.namespace())
                .withDescription(description())
                .disableOpenApiValidation()
                .skipCrds()
                .resetValues();
    }

    private void writeChart(Path folder, List<JsonObject> hooks) throws IOException {
        Path templates = Files.createDirectories(folder.resolve("templates"));
        JsonObject metadata = target.chartMetadata();
        JsonObject chart =
                JsonObject.of("apiVersion", Json.of("v2"))
                        .with("name", metadata.string("name", "release"))
                        .with("version", metadata.string("version", "0.0.0"))
                        .with("appVersion", metadata.string("appVersion"));
        Files.writeString(folder.resolve("Chart.yaml"), chart.toString());
        verbatim(folder, templates, "manifest.yaml", target.manifest());
        int number = 0;
        for (JsonObject hook : hooks) {
            List<String> stages = stages(hook);
            if (!stages.isEmpty()) {
                String text = atUpgrade(hook.string("manifest"), stages);
                verbatim(folder, templates, "hook-" + number++ + ".yaml", text);
            }
        }
    }

    /// A template that renders to a text whatever stands in it.
    private static void verbatim(Path folder, Path templates, String name, String text)
            throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.writeString(templates.resolve(name), "{{ .Files.Get \"" + name + "\" }}\n");
    }

    /// The events at which a hook of a rollback runs, as an upgrade has them.
    private static List<String> stages(JsonObject hook) {
        List<String> events = hook.array("events").strings();
        List<String> stages = new ArrayList<>();
        for (String stage : STAGES) {
            if (events.contains(stage + "rollback")) {
                stages.add(stage + "upgrade");
            }
        }
        return stages;
    }

    private static String atUpgrade(String manifest, List<String> stages) {
        JsonObject object = Yaml.readObjects(manifest).getFirst();
        return Yaml.write(
                object.withAt(
                        new JsonString(String.join(",", stages)),
                        "metadata",
                        "annotations",
                        EVENTS));
    }

    /// What Helm does when a rollback is done: nothing else is deployed any more.
    static void supersede(ReleaseStore store, String namespace, String name) {
        List<ReleaseRecord> history = store.history(namespace, name);
        for (ReleaseRecord record : history.subList(0, Math.max(0, history.size() - 1))) {
            if (record.status().equals(ReleaseRecord.DEPLOYED)) {
                store.update(record.withStatus(ReleaseRecord.SUPERSEDED));
            }
        }
    }
}
