package kat.dev.build;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kat.dev.config.DevException;
import kat.dev.config.Hooks;
import kat.dev.process.Shell;

/// Runs hooks on this machine.
public final class HostHooks {

    private final Shell shell;
    private final Consumer<String> lines;

    public HostHooks(Shell shell, Consumer<String> lines) {
        this.shell = shell;
        this.lines = lines;
    }

    /// @param variables what skaffold tells hooks of this step
    /// @throws DevException when one fails
    public void run(Hooks.OnHost hook, Path folder, Map<String, String> variables)
            throws InterruptedException {
        if (!hook.systems().isEmpty() && !hook.systems().contains("linux")) {
            return;
        }
        Path at = hook.folder().isEmpty() ? folder : folder.resolve(hook.folder());
        Shell.Command command =
                Shell.Command.of(at, hook.command()).with(new LinkedHashMap<>(variables));
        int code = shell.run(command, lines);
        if (code != 0) {
            throw new DevException(
                    "the hook " + String.join(" ", hook.command()) + " ended with " + code);
        }
    }

    /// Hooks of a build, which all run on this machine.
    void run(List<Hooks.Hook> hooks, Path folder, Map<String, String> variables)
            throws InterruptedException {
        for (Hooks.Hook hook : hooks) {
            if (hook instanceof Hooks.OnHost host) {
                run(host, folder, variables);
            }
        }
    }
}
