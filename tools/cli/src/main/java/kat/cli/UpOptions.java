package kat.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import kat.app.IngressChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The options of `kat up`.
///
/// @param apiPort null when not chosen
/// @param kubeconfig file to merge into; empty for the user's own
/// @param simulatedNodes null when not chosen
/// @param realNode whether the real node was asked for beside simulated ones, or for the demo
/// @param foreground whether to stay attached to the server
/// @param configFile empty for none
/// @param noInstall whether the machine is to be left as it is
/// @param listen addresses on which NodePorts answer too
/// @param containerdSocket of a containerd to use; empty for a private one
/// @param apiServer the options that kube-apiserver has too, as they would stand in a file
/// @param demo whether the To-do stack is to be installed
/// @param store settings of where objects are kept and of families of addresses, by their option;
///     those that were chosen
/// @param ingressPorts ports of Ingress by their setting; those that were chosen
record UpOptions(
        @Nullable Integer apiPort,
        String kubeconfig,
        @Nullable Integer simulatedNodes,
        boolean realNode,
        boolean foreground,
        String configFile,
        boolean noInstall,
        List<String> listen,
        String containerdSocket,
        JsonObject apiServer,
        boolean demo,
        SequencedMap<String, String> store,
        SequencedMap<String, Integer> ingressPorts) {

    static final String STORE = "--store";
    static final String ENDPOINTS = "--etcd-endpoints";

    /// Options that name files.
    static final List<String> STORE_FILES =
            List.of("--etcd-ca-file", "--etcd-cert-file", "--etcd-key-file");

    static final String PREFIX = "--etcd-prefix";
    static final String IP_FAMILY = "--ip-family";
    static final String INGRESS_HTTP = "--ingress-http-port";
    static final String INGRESS_HTTPS = "--ingress-https-port";

    /// Options with a value, their value's name and their description.
    private static final Map<String, List<String>> TEXTS =
            Map.of(
                    STORE,
                    List.of("STORE", "where objects are kept: embedded (default) or etcd"),
                    ENDPOINTS,
                    List.of("URLS", "the members of etcd, with commas between"),
                    "--etcd-ca-file",
                    List.of("FILE", "who signs etcd's certificates (PEM)"),
                    "--etcd-cert-file",
                    List.of("FILE", "the certificate to show to etcd (PEM)"),
                    "--etcd-key-file",
                    List.of("FILE", "the key of that certificate (PKCS #8 PEM)"),
                    PREFIX,
                    List.of("PATH", "how keys in etcd begin; default /registry"),
                    "--kubeconfig",
                    List.of("FILE", "merge the context into this file; default the user's own"),
                    "--config",
                    List.of("FILE", "a file with the settings of the cluster (YAML)"),
                    IP_FAMILY,
                    List.of(
                            "FAMILY",
                            "addresses of pods and Services: ipv4 (default), or dual: IPv6 too"),
                    "--containerd-socket",
                    List.of(
                            "SOCKET",
                            "use this containerd (1.6 or newer) instead of a private one"));

    static void addTo(CommandSpec spec) {
        spec.addOption(
                number("--api-port", "PORT", "port of the API server; default 6443 or a free one"));
        spec.addOption(number(INGRESS_HTTP, "PORT", "port of Ingress; default 80, or a free one"));
        spec.addOption(
                number(
                        INGRESS_HTTPS,
                        "PORT",
                        "port of Ingress for HTTPS; default 443, or a free one"));
        TEXTS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        text ->
                                spec.addOption(
                                        ClusterOptions.text(
                                                text.getKey(),
                                                text.getValue().get(0),
                                                text.getValue().get(1))));
        spec.addOption(
                number(
                        "--simulated-nodes",
                        "N",
                        "N nodes without containers instead of the real one"));
        spec.addOption(
                ClusterOptions.flag("--real-node", "keep the real node beside simulated ones"));
        spec.addOption(
                ClusterOptions.flag("--foreground", "stay attached; Ctrl-C stops the cluster"));
        spec.addOption(
                ClusterOptions.flag(
                        "--no-install", "install nothing; say what is missing instead"));
        spec.addOption(
                OptionSpec.builder("--listen")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("ADDRESS")
                        .description("answer NodePorts on this address too; may be repeated")
                        .build());
        spec.addOption(
                ClusterOptions.flag(
                        "--demo", "install the To-do stack of examples/todo and tell its address"));
        addApiServer(spec);
    }

    private static void addApiServer(CommandSpec spec) {
        for (ServerOptions.Option option : ServerOptions.ALL) {
            spec.addOption(
                    ClusterOptions.text(
                            "--" + option.name(), option.label(), option.description()));
        }
    }

    private static OptionSpec number(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(Integer.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    static UpOptions of(ParseResult args) {
        return new UpOptions(
                args.matchedOptionValue("--api-port", (Integer) null),
                args.matchedOptionValue("--kubeconfig", ""),
                args.matchedOptionValue("--simulated-nodes", (Integer) null),
                args.matchedOptionValue("--real-node", false)
                        || args.matchedOptionValue("--demo", false),
                args.matchedOptionValue("--foreground", false),
                args.matchedOptionValue("--config", ""),
                args.matchedOptionValue("--no-install", false),
                args.matchedOptionValue("--listen", List.of()),
                args.matchedOptionValue("--containerd-socket", ""),
                apiServer(args),
                args.matchedOptionValue("--demo", false),
                store(args),
                ingressPorts(args));
    }

    private static JsonObject apiServer(ParseResult args) {
        JsonObject.Builder said = JsonObject.builder();
        for (ServerOptions.Option option : ServerOptions.ALL) {
            String name = "--" + option.name();
            if (args.hasMatchedOption(name)) {
                String value = args.matchedOptionValue(name, "");
                boolean isFile = option.form() == ServerOptions.Form.FILE && !value.isEmpty();
                said.put(
                        option.name(),
                        isFile ? Path.of(value).toAbsolutePath().normalize().toString() : value);
            }
        }
        return said.build();
    }

    private static SequencedMap<String, Integer> ingressPorts(ParseResult args) {
        SequencedMap<String, Integer> chosen = new LinkedHashMap<>();
        Integer http = args.matchedOptionValue(INGRESS_HTTP, (Integer) null);
        Integer https = args.matchedOptionValue(INGRESS_HTTPS, (Integer) null);
        if (http != null) {
            chosen.put(IngressChoice.HTTP_PORT, http);
        }
        if (https != null) {
            chosen.put(IngressChoice.HTTPS_PORT, https);
        }
        return chosen;
    }

    private static SequencedMap<String, String> store(ParseResult args) {
        SequencedMap<String, String> chosen = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(List.of(STORE, ENDPOINTS, PREFIX, IP_FAMILY));
        names.addAll(STORE_FILES);
        for (String name : names) {
            String value = args.matchedOptionValue(name, (String) null);
            if (value != null) {
                chosen.put(name, value);
            }
        }
        return chosen;
    }
}
