package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubernetesVersion;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What a chart renders to, for `helm template` and dry runs.
final class Rendering {

    static final List<String> FLAGS =
            List.of(
                    "show-only",
                    "output-dir",
                    "include-crds",
                    "no-hooks",
                    "skip-tests",
                    "kube-version",
                    "dependency-update",
                    "skip-crds");

    private static final String NOTES = "NOTES:\n";

    /// What charts are rendered for when nobody says otherwise. Helm takes the version that it
    /// was built with; the library as it comes to us knows none and says v1.20.0, which many
    /// charts refuse.
    private static final String KUBERNETES = KubernetesVersion.TEXT;

    private final Invocation said;
    private final InputStream in;

    Rendering(Invocation said, InputStream in) {
        this.said = said;
        this.in = in;
    }

    /// The objects of a chart, and after them its hooks; not those of a chart that only
    /// `--repo` finds, which cannot be copied.
    List<Documents> everything(String name, String reference, boolean skipsCrds) {
        String values = new Values(said, in).merged().toString();
        if (!said.text("repo").isEmpty()) {
            return Documents.of(rendered(name, reference, values, skipsCrds));
        }
        ChartCopy copy = ChartCopy.of(said, reference);
        boolean asksCluster = said.text("dry-run").equals("server");
        boolean isOther =
                !asksCluster && copy.rewrite(ChartCopy::isTemplate, Lookups::answeredWithNothing);
        String chart = isOther ? copy.folder() : reference;
        List<Documents> all =
                new ArrayList<>(Documents.of(rendered(name, chart, values, skipsCrds)));
        all.addAll(Hooks.of(copy, values, (folder, other) -> rendered(name, folder, other, true)));
        return all;
    }

    private String rendered(String name, String chart, String values, boolean skipsCrds) {
        TemplateCommand template =
                Helm.template(chart)
                        .withName(name)
                        .withNamespace(new Settings(said).namespace())
                        .withValuesFile(said.scratch().write("template-values.json", values))
                        .withRepositoryConfig(ChartSource.repositories(said));
        if (skipsCrds) {
            template.skipCrds();
        }
        said.ifFlag("dependency-update", template::dependencyUpdate);
        said.ifFlag("insecure-skip-tls-verify", template::insecureSkipTlsVerify);
        said.ifFlag("plain-http", template::plainHttp);
        said.ifFlag("debug", template::debug);
        said.ifSaid("version", template::withVersion);
        String kubernetes = said.text("kube-version");
        return template.withKubeVersion(kubernetes.isEmpty() ? KUBERNETES : kubernetes).call();
    }

    String run() {
        boolean isNamed = said.parameters().size() == 2;
        String name = isNamed ? said.parameter(0) : "release-name";
        String chart = ChartSource.reference(said, said.parameter(isNamed ? 1 : 0));
        List<Documents> documents =
                everything(name, chart, !said.has("include-crds")).stream()
                        .filter(document -> !(said.has("no-hooks") && document.isHook()))
                        .filter(document -> !(said.has("skip-tests") && document.isTest()))
                        .toList();
        if (!said.list("show-only").isEmpty()) {
            documents = only(documents);
        }
        return said.text("output-dir").isEmpty()
                ? Documents.joined(documents)
                : written(documents, Path.of(said.text("output-dir")));
    }

    private List<Documents> only(List<Documents> documents) {
        List<Documents> some = new ArrayList<>();
        for (String file : said.list("show-only")) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + file);
            List<Documents> found =
                    documents.stream()
                            .filter(document -> matcher.matches(Path.of(document.inChart())))
                            .toList();
            if (found.isEmpty()) {
                throw new HelmException("could not find template " + file + " in chart");
            }
            some.addAll(found);
        }
        return some;
    }

    private static String written(List<Documents> documents, Path folder) {
        Set<Path> begun = new HashSet<>();
        StringBuilder told = new StringBuilder();
        for (Documents document : documents) {
            Path file = folder.resolve(document.source());
            try {
                if (begun.add(file)) {
                    Path parent = file.getParent();
                    Files.createDirectories(parent == null ? folder : parent);
                    Files.writeString(file, "");
                }
                Files.writeString(file, "---\n" + document.text(), StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new HelmException("cannot write " + file, e);
            }
            told.append("wrote ").append(file).append('\n');
        }
        return told.toString();
    }

    /// A release as a dry run leaves it: nowhere.
    ///
    /// @param release what the library told
    /// @param rendered what the chart renders to
    static ReleaseRecord dryRun(
            Release release, String namespace, String name, List<Documents> rendered) {
        List<Documents> objects = new ArrayList<>();
        List<Json> hooks = new ArrayList<>();
        for (Documents document : rendered) {
            if (document.isHook()) {
                hooks.add(
                        JsonObject.of(
                                        "path",
                                        Json.of(document.source()),
                                        "manifest",
                                        Json.of(withoutFirstLine(document.text())))
                                .with("events", JsonArray.ofStrings(document.events())));
            } else {
                objects.add(document);
            }
        }
        String said = String.valueOf(release.getOutput());
        int notes = said.indexOf(NOTES);
        JsonObject info =
                JsonObject.of("status", Json.of(release.getStatus()))
                        .with("description", "Dry run complete")
                        .with(
                                "last_deployed",
                                release.getLastDeployed().toOffsetDateTime().toString())
                        .with("notes", notes < 0 ? "" : said.substring(notes + NOTES.length()));
        JsonObject content =
                JsonObject.of("name", Json.of(name), "namespace", Json.of(namespace))
                        .with("version", Long.parseLong(release.getRevision()))
                        .with("info", info)
                        .with("hooks", new JsonArray(hooks))
                        .with("manifest", Documents.joined(objects));
        return new ReleaseRecord(content, new java.util.LinkedHashMap<>());
    }

    private static String withoutFirstLine(String text) {
        return text.substring(text.indexOf('\n') + 1);
    }
}
