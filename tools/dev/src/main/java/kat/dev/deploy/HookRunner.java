package kat.dev.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Consumer;
import kat.dev.build.HostHooks;
import kat.dev.config.DevException;
import kat.dev.config.Hooks;
import kat.dev.process.Shell;

/// Runs hooks of deployments, on this machine and in containers.
public final class HookRunner {

    private final Kubectl kubectl;
    private final HostHooks host;
    private final Consumer<String> lines;

    public HookRunner(Shell shell, Kubectl kubectl, Consumer<String> lines) {
        this.kubectl = kubectl;
        this.lines = lines;
        host = new HostHooks(shell, lines);
    }

    /// @param namespaces in which containers are looked for
    /// @param images references of the containers meant where a hook names no pod; none for all
    /// @throws DevException when one fails
    public void run(
            List<Hooks.Hook> hooks,
            Path folder,
            SequencedSet<String> namespaces,
            List<String> images,
            Map<String, String> variables)
            throws InterruptedException {
        for (Hooks.Hook hook : hooks) {
            switch (hook) {
                case Hooks.OnHost onHost -> host.run(onHost, folder, variables);
                case Hooks.InContainer in -> {
                    List<Pods.Container> all =
                            Pods.running(
                                    kubectl, namespaces, in.pod().isEmpty() ? images : List.of());
                    for (Pods.Container one : Pods.named(all, in.pod(), in.container())) {
                        run(in, one);
                    }
                }
            }
        }
    }

    private void run(Hooks.InContainer hook, Pods.Container container) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("exec"));
        words.addAll(container.where());
        words.add("--");
        words.addAll(hook.command());
        int code = kubectl.run(words, line -> lines.accept("[" + container.pod() + "] " + line));
        if (code != 0) {
            throw new DevException(
                    "the hook "
                            + String.join(" ", hook.command())
                            + " in pod "
                            + container.pod()
                            + " ended with "
                            + code);
        }
    }
}
