package kat.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A real kubectl with a cluster's kubeconfig, in one namespace.
///
/// @param program its path
/// @param kubeconfig the cluster's
/// @param namespace empty for none: what is typed names its own
/// @param environment beside the test's own
record Kubectl(Path program, Path kubeconfig, String namespace, Map<String, String> environment) {

    Kubectl in(String other) {
        return new Kubectl(program, kubeconfig, other, environment);
    }

    Kubectl with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Kubectl(program, kubeconfig, namespace, more);
    }

    /// The same with streams over SPDY, as older clients do.
    Kubectl overSpdy() {
        return with("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false")
                .with("KUBECTL_PORT_FORWARD_WEBSOCKETS", "false");
    }

    Outcome run(String... words) throws InterruptedException {
        return Programs.run(command(words), environment, "");
    }

    /// Runs words separated by spaces.
    Outcome type(String line) throws InterruptedException {
        return run(line.split(" ", -1));
    }

    Outcome feed(String input, String... words) throws InterruptedException {
        return Programs.run(command(words), environment, input);
    }

    Outcome apply(String manifest) throws InterruptedException {
        Outcome outcome = feed(manifest, "apply", "-f", "-");
        outcome.ok();
        return outcome;
    }

    /// Starts a command that goes on.
    Process start(Path output, String... words) throws IOException {
        return Programs.start(command(words), environment, output);
    }

    /// One field of an object, by JSON path.
    String field(String object, String path) throws InterruptedException {
        return run("get", object, "-o", "jsonpath={" + path + "}").ok();
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.add("--kubeconfig=" + kubeconfig);
        if (!namespace.isEmpty()) {
            command.add("--namespace=" + namespace);
        }
        command.addAll(List.of(words));
        return command;
    }
}
