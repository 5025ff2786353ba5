package kat.dev;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.dev.config.DevException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The flags of all verbs, with skaffold's names.
final class Options {

    private static final SequencedMap<String, String> TEXTS = new LinkedHashMap<>();
    private static final SequencedMap<String, String> LISTS = new LinkedHashMap<>();
    private static final SequencedMap<String, String> SWITCHES = new LinkedHashMap<>();

    static {
        TEXTS.put("-f,--filename", "the configuration; default skaffold.yaml");
        TEXTS.put("-n,--namespace", "for objects that name none");
        TEXTS.put("-d,--default-repo", "registry and folder that images are pushed to");
        TEXTS.put("-t,--tag", "for all images, in place of the tag policy's");
        TEXTS.put("-a,--build-artifacts", "a file of --file-output: images that are built already");
        TEXTS.put("--file-output", "writes the images that were built, as JSON");
        TEXTS.put("-o,--output", "of render: a file in place of standard output");
        TEXTS.put("--kubeconfig", "another kubeconfig");
        TEXTS.put("--kube-context", "another context of the kubeconfig");
        TEXTS.put("--digest-source", "of render: tag, or local to build first");
        LISTS.put("-p,--profile", "a profile to use, -NAME to switch one off; several with commas");
        LISTS.put("-m,--module", "only this module and what it requires");
        LISTS.put("-b,--build-image", "only images whose names hold this");
        LISTS.put("-i,--images", "NAME=REFERENCE: an image that is built already");
        LISTS.put("-l,--label", "NAME=VALUE: a label for all objects");
        SWITCHES.put("--tail", "follow the logs of what was deployed");
        SWITCHES.put("--port-forward", "forward the ports that the configuration names");
        SWITCHES.put("--status-check", "wait until everything runs (the default)");
        SWITCHES.put("--cache-artifacts", "build only what changed (the default)");
        SWITCHES.put("--push", "push images to a registry");
        SWITCHES.put("--cleanup", "take away what was deployed when dev or debug ends");
        SWITCHES.put("--propagate-profiles", "use profiles in required files too (the default)");
        SWITCHES.put("--auto-sync", "of dev: bring changes into running containers (the default)");
        SWITCHES.put("-q,--quiet", "of build: print the references alone");
    }

    private final ParseResult parsed;

    Options(ParseResult parsed) {
        this.parsed = parsed;
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        TEXTS.forEach((names, about) -> spec.addOption(option(names, about, String.class)));
        LISTS.forEach((names, about) -> spec.addOption(option(names, about, List.class)));
        SWITCHES.forEach(
                (names, about) ->
                        spec.addOption(
                                OptionSpec.builder(names.split(",", -1))
                                        .type(Boolean.class)
                                        .arity("0..1")
                                        .fallbackValue("true")
                                        .description(about)
                                        .build()));
        return spec;
    }

    private static OptionSpec option(String names, String about, Class<?> type) {
        OptionSpec.Builder option =
                OptionSpec.builder(names.split(",", -1))
                        .type(type)
                        .arity("1")
                        .paramLabel("VALUE")
                        .description(about);
        return type == List.class
                ? option.auxiliaryTypes(String.class).splitRegex(",").build()
                : option.build();
    }

    String text(String name) {
        return parsed.matchedOptionValue("--" + name, "");
    }

    List<String> list(String name) {
        return parsed.matchedOptionValue("--" + name, List.of());
    }

    boolean flag(String name, boolean absent) {
        return parsed.matchedOptionValue("--" + name, absent);
    }

    boolean has(String name) {
        return parsed.hasMatchedOption("--" + name);
    }

    /// The values of a list of `NAME=VALUE`.
    ///
    /// @throws DevException for one without `=`
    SequencedMap<String, String> pairs(String name) {
        SequencedMap<String, String> pairs = new LinkedHashMap<>();
        for (String pair : list(name)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new DevException("--" + name + " " + pair + ": expected NAME=VALUE");
            }
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    /// The environment with the kubeconfig that was named.
    Map<String, String> environment(Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(own);
        if (has("kubeconfig")) {
            all.put("KUBECONFIG", text("kubeconfig"));
            // Another cluster: its containerd is not this machine's.
            all.keySet().removeAll(new ArrayList<>(List.of("KAT_CONTAINERD", "KAT_SIMULATED")));
        }
        return all;
    }
}
