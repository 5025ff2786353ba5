package kat.dev.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.json.JsonObject;

/// Reads where manifests come from and how they are deployed.
final class DeployReader {

    /// Where a document names no manifests at all, these are they.
    private static final List<String> DEFAULT_MANIFESTS = List.of("k8s/*.yaml");

    private final Map<String, String> environment;
    private final String where;

    DeployReader(Map<String, String> environment, String where) {
        this.environment = environment;
        this.where = where;
    }

    /// @param deploy in which Helm's releases may stand too
    Manifests manifests(JsonObject said, JsonObject deploy) {
        List<String> raw = expanded(Values.texts(said, "rawYaml"));
        JsonObject kustomize = said.object("kustomize");
        List<String> folders = expanded(Values.texts(kustomize, "paths"));
        if (said.has("kustomize") && folders.isEmpty()) {
            folders = List.of(".");
        }
        boolean isEmpty =
                raw.isEmpty() && folders.isEmpty() && !said.has("helm") && !deploy.has("helm");
        return new Manifests(
                isEmpty ? DEFAULT_MANIFESTS : raw,
                folders,
                Values.texts(kustomize, "buildArgs"),
                helm(said.object("helm"), "manifests.helm"),
                HookReader.list(said.object("hooks").array("before")));
    }

    Deploy deploy(JsonObject said) {
        JsonObject kubectl = said.object("kubectl");
        JsonObject flags = kubectl.object("flags");
        String prefix = said.object("logs").string("prefix", "container");
        if (!List.of("container", "podAndContainer", "auto", "none").contains(prefix)) {
            throw fault("deploy.logs.prefix", "must be container, podAndContainer, auto or none");
        }
        return new Deploy(
                expand(Values.text(said, "kubeContext")),
                said.bool("statusCheck", true),
                ModuleReader.seconds(said, "statusCheckDeadlineSeconds"),
                said.bool("tolerateFailuresUntilDeadline"),
                prefix,
                helm(said.object("helm"), "deploy.helm"),
                new Deploy.Kubectl(
                        expand(Values.text(kubectl, "defaultNamespace")),
                        expanded(Values.texts(flags, "global")),
                        expanded(Values.texts(flags, "apply")),
                        expanded(Values.texts(flags, "delete")),
                        flags.bool("disableValidation"),
                        HookReader.read(kubectl.object("hooks"))));
    }

    private Helm helm(JsonObject said, String place) {
        if (said.isEmpty()) {
            return Helm.NONE;
        }
        JsonObject flags = said.object("flags");
        List<Helm.Release> releases = new ArrayList<>();
        List<JsonObject> items = said.array("releases").objects();
        for (int i = 0; i < items.size(); i++) {
            releases.add(release(items.get(i), place + ".releases[" + i + "]"));
        }
        return new Helm(
                ordered(releases, place),
                new Helm.Flags(
                        Values.texts(flags, "global"),
                        Values.texts(flags, "install"),
                        Values.texts(flags, "upgrade"),
                        Values.texts(flags, "template"),
                        Values.texts(flags, "depBuild")),
                HookReader.read(said.object("hooks")));
    }

    private Helm.Release release(JsonObject said, String place) {
        String chart = expand(Values.text(said, "chartPath"));
        String remote = Values.text(said, "remoteChart");
        if (chart.isEmpty() == remote.isEmpty()) {
            throw fault(place, "one of chartPath and remoteChart is needed");
        }
        String name = expand(Values.text(said, "name"));
        if (name.isEmpty()) {
            throw fault(place, "name is missing");
        }
        return new Helm.Release(
                name,
                remote.isEmpty() ? chart : remote,
                !remote.isEmpty(),
                Values.text(said, "repo"),
                expand(Values.text(said, "version")),
                expand(Values.text(said, "namespace")),
                Values.flat(said.object("setValues")),
                Values.flat(said.object("setValueTemplates")),
                plain(said.object("setFiles")),
                Values.texts(said, "valuesFiles"),
                said.object("overrides"),
                new Helm.Switches(
                        said.bool("createNamespace"),
                        said.bool("wait"),
                        said.bool("skipBuildDependencies"),
                        said.bool("skipTests"),
                        said.bool("upgradeOnChange", true)),
                Values.texts(said, "dependsOn"));
    }

    /// The releases with each after those that it needs, else in their own order.
    private List<Helm.Release> ordered(List<Helm.Release> releases, String place) {
        SequencedMap<String, Helm.Release> done = new LinkedHashMap<>();
        List<Helm.Release> left = new ArrayList<>(releases);
        while (!left.isEmpty()) {
            Helm.Release next =
                    left.stream()
                            .filter(release -> done.keySet().containsAll(release.needs()))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            fault(
                                                    place,
                                                    "dependsOn of "
                                                            + left.getFirst().name()
                                                            + " names a release that is missing"
                                                            + " or comes round to itself"));
            left.remove(next);
            if (done.put(next.name(), next) != null) {
                throw fault(place, "the release " + next.name() + " is named twice");
            }
        }
        return List.copyOf(done.values());
    }

    private static SequencedMap<String, String> plain(JsonObject said) {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        said.forEach((name, value) -> values.put(name, Values.text(value)));
        return values;
    }

    private DevException fault(String place, String sentence) {
        return new DevException(where + ": " + place + ": " + sentence);
    }

    private String expand(String text) {
        return Template.expand(text, environment);
    }

    private List<String> expanded(List<String> texts) {
        return texts.stream().map(this::expand).toList();
    }
}
