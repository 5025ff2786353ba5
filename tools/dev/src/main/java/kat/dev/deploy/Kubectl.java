package kat.dev.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// The machine's kubectl, pointed at one cluster.
public final class Kubectl {

    private static final String PROGRAM = "KAT_KUBECTL";

    private final Shell shell;
    private final Path folder;
    private final List<String> where;

    /// @param context of the kubeconfig; empty for the current one
    /// @param namespace for objects that name none; empty for that of the context
    public Kubectl(Shell shell, Path folder, String context, String namespace) {
        this.shell = shell;
        this.folder = folder;
        List<String> words = new ArrayList<>();
        if (!context.isEmpty()) {
            words.add("--context=" + context);
        }
        if (!namespace.isEmpty()) {
            words.add("--namespace=" + namespace);
        }
        where = List.copyOf(words);
    }

    /// @throws DevException when there is no kubectl
    Shell.Command command(List<String> words) {
        String named = shell.environment().getOrDefault(PROGRAM, "");
        if (named.isEmpty() && !shell.has("kubectl")) {
            throw new DevException("kubectl is missing; Debian's package is kubernetes-client");
        }
        List<String> all = new ArrayList<>();
        all.add(named.isEmpty() ? "kubectl" : named);
        all.addAll(where);
        all.addAll(words);
        return Shell.Command.of(folder, all);
    }

    /// Runs it and keeps what it says.
    public Shell.Result run(List<String> words) throws InterruptedException {
        return shell.run(command(words));
    }

    Shell.Result run(List<String> words, String input) throws InterruptedException {
        return shell.run(command(words).reading(input));
    }

    /// Runs a program in a container and keeps what it says.
    public Shell.Result exec(Pods.Container container, List<String> words, Shell.Input input)
            throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("exec", "-i"));
        all.addAll(container.where());
        all.add("--");
        all.addAll(words);
        return shell.run(command(all).reading(input));
    }

    /// Runs it and hands on each line.
    int run(List<String> words, Consumer<String> lines) throws InterruptedException {
        return shell.run(command(words), lines);
    }

    /// Starts it; what it says is read by the caller.
    public Process start(List<String> words) {
        return shell.start(command(words), true);
    }

    /// What it prints when it must succeed.
    ///
    /// @throws DevException with its own words when it does not
    public String require(List<String> words, String what) throws InterruptedException {
        Shell.Result result = run(words);
        if (!result.isGood()) {
            throw new DevException(what + ": " + result.said());
        }
        return result.out();
    }

    /// Objects as `kubectl get -o json` lists them; none when the kind or the object is
    /// missing.
    public List<JsonObject> list(String... words) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("get", "-o", "json", "--ignore-not-found"));
        all.addAll(List.of(words));
        String text = require(all, "cannot read from the cluster");
        if (text.isBlank()) {
            return List.of();
        }
        try {
            JsonObject answer =
                    (JsonObject) Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return answer.has("items") ? answer.array("items").objects() : List.of(answer);
        } catch (JsonException e) {
            throw new DevException("kubectl printed no JSON", e);
        }
    }
}
