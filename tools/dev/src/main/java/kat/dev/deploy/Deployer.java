package kat.dev.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;
import kat.api.json.JsonObject;
import kat.dev.config.Deploy;
import kat.dev.config.DevException;
import kat.dev.config.Helm;
import kat.dev.config.Module;
import kat.dev.process.Shell;
import org.jspecify.annotations.Nullable;

/// Brings a module's manifests and releases into the cluster, and takes them away.
///
/// **Threads:** one owner.
public final class Deployer {

    /// Kinds that others need, and so come first.
    private static final Set<String> FIRST = Set.of("Namespace", "CustomResourceDefinition");

    private final Shell shell;
    private final Module module;
    private final Kubectl kubectl;
    private final Rendering.Cluster cluster;
    private final Rendering rendering;
    private final ReleaseRecords records;
    private final HelmTool helm;
    private final Consumer<String> lines;
    private final List<Workload> workloads = new ArrayList<>();

    /// @param records a folder for notes of what was installed
    public Deployer(
            Shell shell,
            Module module,
            Rendering.Cluster cluster,
            Path records,
            Consumer<String> lines) {
        this.shell = shell;
        this.module = module;
        this.cluster = cluster;
        this.lines = lines;
        String own = module.deploy().kubectl().namespace();
        kubectl =
                new Kubectl(
                        shell,
                        module.folder(),
                        cluster.context(),
                        cluster.namespace().isEmpty() ? own : cluster.namespace());
        rendering = new Rendering(shell, kubectl, cluster, lines);
        this.records = new ReleaseRecords(records);
        helm = new HelmTool(shell, module.folder(), cluster.context(), cluster.images());
    }

    /// Applies manifests, installs or upgrades releases, and runs the hooks around them.
    ///
    /// @throws DevException when a part is refused
    public void deploy() throws InterruptedException {
        Deploy.Kubectl said = module.deploy().kubectl();
        HookRunner hooks = new HookRunner(shell, kubectl, lines);
        List<JsonObject> manifests = rendering.applied(module);
        workloads.addAll(Workload.among(manifests, cluster.namespace()));
        hooks.run(said.hooks().before(), module.folder(), namespaces(), List.of(), Map.of());
        apply(manifests, said);
        hooks.run(said.hooks().after(), module.folder(), namespaces(), List.of(), Map.of());
        Helm releases = module.deploy().helm();
        hooks.run(releases.hooks().before(), module.folder(), namespaces(), List.of(), Map.of());
        for (Helm.Release release : releases.releases()) {
            install(release);
        }
        hooks.run(releases.hooks().after(), module.folder(), namespaces(), List.of(), Map.of());
    }

    /// Waits until everything that was deployed runs.
    ///
    /// @throws DevException with the reasons when something does not
    public void await() throws InterruptedException {
        Deploy deploy = module.deploy();
        new StatusCheck(kubectl, lines)
                .await(workloads, deploy.deadline(), deploy.toleratesFailures());
    }

    /// What was deployed and can be waited for.
    public List<Workload> workloads() {
        return List.copyOf(workloads);
    }

    public Kubectl kubectl() {
        return kubectl;
    }

    /// The namespaces of what was deployed.
    public SequencedSet<String> namespaces() {
        SequencedSet<String> names = new LinkedHashSet<>();
        workloads.forEach(workload -> names.add(workload.namespace()));
        if (names.isEmpty()) {
            names.add("");
        }
        return names;
    }

    private void apply(List<JsonObject> manifests, Deploy.Kubectl said)
            throws InterruptedException {
        if (manifests.isEmpty()) {
            return;
        }
        List<JsonObject> ordered = new ArrayList<>();
        for (boolean isFirst : List.of(true, false)) {
            manifests.stream()
                    .filter(one -> FIRST.contains(one.string("kind")) == isFirst)
                    .forEach(ordered::add);
        }
        List<String> words = new ArrayList<>(said.global());
        words.addAll(List.of("apply", "-f", "-"));
        words.addAll(said.apply());
        if (said.skipsValidation()) {
            words.add("--validate=false");
        }
        Shell.Result result = kubectl.run(words, Rendering.text(ordered));
        result.out().lines().filter(line -> !line.endsWith(" unchanged")).forEach(lines);
        if (!result.isGood()) {
            throw new DevException("kubectl apply failed: " + result.err().strip());
        }
    }

    private void install(Helm.Release release) throws InterruptedException {
        @Nullable Path overrides = Rendering.overrides(release);
        try {
            List<String> words = helm.words(release, cluster.namespace(), null);
            String digest = ReleaseRecords.digest(module.folder(), release, words);
            Optional<ReleaseRecords.Installed> known = records.find(place(release), release.name());
            if (known.isPresent()
                    && known.get().digest().equals(digest)
                    && known.get().secret().equals(secret(release))
                    && areThere(known.get().workloads())) {
                lines.accept("release " + release.name() + " is unchanged");
                workloads.addAll(known.get().workloads());
                return;
            }
            if (!release.switches().upgradesOnChange() && !secret(release).isEmpty()) {
                lines.accept("release " + release.name() + " is installed and stays");
                return;
            }
            upgrade(release, helm.words(release, cluster.namespace(), overrides));
            List<Workload> made = Workload.among(manifest(release), namespace(release));
            workloads.addAll(made);
            records.note(
                    place(release),
                    release.name(),
                    new ReleaseRecords.Installed(digest, secret(release), made));
        } finally {
            Rendering.delete(overrides);
        }
    }

    private void upgrade(Helm.Release release, List<String> shared) throws InterruptedException {
        Helm releases = module.deploy().helm();
        helm.buildDependencies(releases, release);
        boolean isThere = !secret(release).isEmpty();
        List<String> words = new ArrayList<>(List.of("upgrade", "--install"));
        words.addAll(List.of(release.name(), release.chart()));
        words.addAll(shared);
        if (release.switches().createsNamespace()) {
            words.add("--create-namespace");
        }
        if (release.switches().waits()) {
            words.add("--wait");
        }
        words.addAll(releases.flags().global());
        words.addAll(isThere ? releases.flags().upgrade() : releases.flags().install());
        String unused = helm.require(words, "release " + release.name());
        lines.accept("release " + release.name() + (isThere ? " upgraded" : " installed"));
    }

    private List<JsonObject> manifest(Helm.Release release) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("get", "manifest", release.name()));
        if (!namespace(release).isEmpty()) {
            words.addAll(List.of("--namespace", namespace(release)));
        }
        return kat.api.yaml.Yaml.readObjects(
                helm.require(words, "the manifest of release " + release.name()));
    }

    private String namespace(Helm.Release release) {
        return cluster.namespace().isEmpty() ? release.namespace() : cluster.namespace();
    }

    /// The file of the kubeconfig stands for the cluster: another cluster has another.
    private String place(Helm.Release release) {
        return shell.environment().getOrDefault("KUBECONFIG", "")
                + " "
                + cluster.context()
                + " "
                + namespace(release);
    }

    /// Name and uid of the Secret in which Helm notes the newest revision; empty when there is
    /// none.
    private String secret(Helm.Release release) throws InterruptedException {
        List<String> words =
                new ArrayList<>(List.of("secrets", "-l", "owner=helm,name=" + release.name()));
        if (!namespace(release).isEmpty()) {
            words.addAll(List.of("-n", namespace(release)));
        }
        String newest = "";
        long revision = 0;
        for (JsonObject secret : kubectl.list(words.toArray(String[]::new))) {
            JsonObject metadata = secret.object("metadata");
            JsonObject labels = metadata.object("labels");
            long number = Long.parseLong(labels.string("version", "0"));
            if (number > revision) {
                revision = number;
                newest = labels.string("status") + " " + metadata.string("uid");
            }
        }
        return newest;
    }

    private boolean areThere(List<Workload> expected) throws InterruptedException {
        for (Workload workload : expected) {
            List<String> words = new ArrayList<>(List.of(workload.kind(), workload.name()));
            words.addAll(workload.where());
            if (kubectl.list(words.toArray(String[]::new)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// Takes away what [#deploy] brings: releases last to first, then manifests.
    ///
    /// @throws DevException when a part cannot be taken away
    public void undeploy() throws InterruptedException {
        List<Helm.Release> releases = module.deploy().helm().releases();
        for (Helm.Release release : releases.reversed()) {
            if (secret(release).isEmpty()) {
                continue;
            }
            List<String> words = new ArrayList<>(List.of("uninstall", release.name()));
            if (!namespace(release).isEmpty()) {
                words.addAll(List.of("--namespace", namespace(release)));
            }
            String unused = helm.require(words, "release " + release.name());
            lines.accept("release " + release.name() + " uninstalled");
        }
        List<JsonObject> manifests = rendering.applied(module);
        if (manifests.isEmpty()) {
            return;
        }
        Deploy.Kubectl said = module.deploy().kubectl();
        List<String> words = new ArrayList<>(said.global());
        words.addAll(List.of("delete", "--ignore-not-found", "--wait=false", "-f", "-"));
        words.addAll(said.delete());
        Shell.Result result = kubectl.run(words, Rendering.text(manifests));
        result.out().lines().forEach(lines);
        if (!result.isGood()) {
            throw new DevException("kubectl delete failed: " + result.err().strip());
        }
    }
}
