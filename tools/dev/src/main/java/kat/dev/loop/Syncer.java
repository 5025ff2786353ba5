package kat.dev.loop;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kat.dev.build.BuiltImage;
import kat.dev.build.DockerCopies;
import kat.dev.build.ImageEdit;
import kat.dev.build.ImageStore;
import kat.dev.build.Tar;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Hooks;
import kat.dev.config.Sync;
import kat.dev.deploy.HookRunner;
import kat.dev.deploy.Kubectl;
import kat.dev.deploy.Pods;
import kat.dev.process.Shell;

/// Copies files into running containers and removes others, by the `tar` and `rm` of their
/// images.
///
/// **Threads:** one owner.
public final class Syncer {

    private static final int PLAIN = 0644;
    private static final int PROGRAM = 0755;

    private final Kubectl kubectl;
    private final HookRunner hooks;
    private final SequencedSet<String> namespaces;
    private final ImageStore store;
    private final Consumer<String> lines;

    /// @param namespaces in which containers are looked for
    /// @param lines takes what is told to the user
    public Syncer(
            Kubectl kubectl,
            HookRunner hooks,
            SequencedSet<String> namespaces,
            ImageStore store,
            Consumer<String> lines) {
        this.kubectl = kubectl;
        this.hooks = hooks;
        this.namespaces = namespaces;
        this.store = store;
        this.lines = lines;
    }

    /// Brings changed files of an artifact into its running containers, where its `sync` has a
    /// place for each of them.
    ///
    /// @param image the reference of the containers meant
    /// @param built the image that they run
    /// @return whether no new image is needed
    public boolean sync(Artifact artifact, SortedSet<Path> changed, String image, BuiltImage built)
            throws InterruptedException {
        Path context = artifact.context();
        Sync sync = artifact.sync();
        if (sync.equals(Sync.NONE)) {
            return false;
        }
        String folder = ImageEdit.folder(built, store);
        Optional<DockerCopies> copied = Optional.empty();
        if (artifact.builder() instanceof Builder.Docker docker) {
            if (changed.contains(context.resolve(docker.dockerfile()))) {
                return false;
            }
            copied = Optional.of(DockerCopies.of(context, docker, folder));
        }
        Optional<SyncPlan> plan = SyncPlan.of(sync, context, changed, copied, folder);
        if (plan.isEmpty()) {
            return false;
        }
        try {
            int count = sync(plan.get(), image, sync.hooks(), context);
            lines.accept(
                    String.format(
                            "%s: %d files copied and %d removed in %d containers",
                            artifact.image(),
                            plan.get().copies().size(),
                            plan.get().removed().size(),
                            count));
            return count > 0;
        } catch (DevException e) {
            lines.accept(e.getMessage() + "; building a new image instead");
            return false;
        }
    }

    /// @param around commands before and after
    /// @param folder in which those of this machine run
    /// @return how many containers have the files now; 0 when none runs
    private int sync(SyncPlan plan, String image, Hooks around, Path folder)
            throws InterruptedException {
        List<String> images = List.of(image);
        List<Pods.Container> running = Pods.running(kubectl, namespaces, images);
        if (running.isEmpty()) {
            return 0;
        }
        Map<String, String> told =
                Map.of(
                        "SKAFFOLD_FILES_ADDED_OR_MODIFIED", joined(plan.copies().values().stream()),
                        "SKAFFOLD_FILES_DELETED", joined(plan.removed().stream()));
        hooks.run(around.before(), folder, namespaces, images, told);
        for (Pods.Container container : running) {
            if (!plan.copies().isEmpty()) {
                List<String> tar = List.of("tar", "xmf", "-", "-C", "/", "--no-same-owner");
                run(container, tar, out -> write(plan, out));
            }
            if (!plan.removed().isEmpty()) {
                // Without -r: a rule may give a file the place of a folder.
                List<String> remove = new ArrayList<>(List.of("rm", "-f", "--"));
                remove.addAll(plan.removed());
                run(container, remove, Shell.Input.NONE);
            }
        }
        hooks.run(around.after(), folder, namespaces, images, told);
        return running.size();
    }

    private static String joined(Stream<?> paths) {
        return paths.map(Object::toString).collect(Collectors.joining(";"));
    }

    private void run(Pods.Container container, List<String> words, Shell.Input input)
            throws InterruptedException {
        Shell.Result result = kubectl.exec(container, words, input);
        if (!result.isGood()) {
            throw new DevException(
                    "container "
                            + container.name()
                            + " of pod "
                            + container.pod()
                            + " does not take files: "
                            + result.said());
        }
    }

    private static void write(SyncPlan plan, OutputStream out) throws IOException {
        for (Map.Entry<String, Path> file : plan.copies().entrySet()) {
            int mode = Files.isExecutable(file.getValue()) ? PROGRAM : PLAIN;
            String name = file.getKey().substring(1);
            Tar.file(out, name, mode, Files.readAllBytes(file.getValue()));
        }
        Tar.end(out);
    }
}
