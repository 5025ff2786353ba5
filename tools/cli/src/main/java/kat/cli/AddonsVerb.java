package kat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import kat.addons.Addon;
import kat.addons.AddonException;
import kat.addons.Addons;
import kat.addons.Catalogue;
import kat.addons.Helm;
import kat.addons.Standing;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.HttpTransport;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;
import kat.client.kubeconfig.SignIn;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat addons list|enable|disable`: parts that a cluster can have beside Kubernetes.
final class AddonsVerb implements Verb {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String AGENT = "kat";
    private static final String BEARER = "Bearer ";
    private static final String ROW = "%-12s %-10s %-9s %s";

    private final Terminal terminal;
    private final Surroundings surroundings;

    AddonsVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "addons";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("list|enable NAME|disable NAME")
                        .description("show what there is, or bring one in or take it away")
                        .build());
        spec.addOption(
                OptionSpec.builder("--set")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("KEY=VALUE")
                        .description("a value of the add-on's chart; again for more")
                        .build());
        spec.addOption(ClusterOptions.flag("--wait", "return only when it runs"));
        spec.addOption(ClusterOptions.text("--timeout", "TIME", "how long to wait; default 5m"));
        spec.addOption(ClusterOptions.flag("--delete-data", "disable: delete what it keeps, too"));
        spec.addOption(ClusterOptions.flag("--keep-data", "disable: keep that for the next time"));
        spec.addOption(
                ClusterOptions.text("--kubeconfig", "FILE", "another cluster than KAT's own"));
        spec.addOption(ClusterOptions.text("-o", "FORMAT", "json for programs"));
        spec.usageMessage().description("List, enable or disable add-ons.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        String format = args.matchedOptionValue("-o", "");
        if (!format.isEmpty() && !format.equals("json")) {
            throw new CliException("-o knows only json, not \"" + format + "\"");
        }
        List<String> words = args.matchedPositionalValue(0, List.of());
        String action = words.isEmpty() ? "" : words.getFirst();
        boolean isUsable =
                action.equals("list")
                        ? words.size() == 1
                        : List.of("enable", "disable").contains(action) && words.size() == 2;
        if (!isUsable) {
            throw new CliException(
                    "say `"
                            + surroundings.command("addons list")
                            + "`, `"
                            + surroundings.command("addons enable NAME")
                            + "` or `"
                            + surroundings.command("addons disable NAME")
                            + "`");
        }
        Path kubeconfig = kubeconfig(args);
        try (HttpTransport transport = transport(kubeconfig)) {
            Catalogue catalogue = catalogue(surroundings);
            Helm helm = helm(ClusterOptions.of(args, surroundings), kubeconfig);
            Addons addons = new Addons(catalogue, transport, helm, surroundings.ticker());
            switch (action) {
                case "list" -> list(addons, !format.isEmpty());
                case "enable" -> enable(addons, catalogue.require(words.get(1)), args);
                default -> disable(addons, words.get(1), args);
            }
            return Main.DONE;
        } catch (AddonException | KubeconfigException e) {
            throw new CliException(CliException.oneLine(e), e);
        }
    }

    private void list(Addons addons, boolean asJson) {
        List<Standing> all = addons.list();
        if (asJson) {
            Json[] items = all.stream().map(Standing::toJson).toArray(Json[]::new);
            terminal.print(JsonArray.of(items).toString());
            return;
        }
        terminal.print(String.format(ROW, "NAME", "ENABLED", "VERSION", "WHAT IT IS"));
        for (Standing each : all) {
            Addon addon = each.addon();
            terminal.print(
                    String.format(
                            ROW,
                            addon.name(),
                            each.enabled(),
                            addon.version(),
                            addon.description()));
            if (each.enabled().equals("failed")) {
                terminal.print(" ".repeat(13) + "its program: " + each.program());
            }
        }
    }

    private void enable(Addons addons, Addon addon, ParseResult args) throws InterruptedException {
        terminal.passing("enabling " + addon.name() + " …");
        Addons.Enabled enabled =
                addons.enable(
                        addon.name(),
                        new Addons.Wish(
                                args.matchedOptionValue("--set", List.of()),
                                args.hasMatchedOption("--wait"),
                                timeout(args.matchedOptionValue("--timeout", ""))));
        terminal.clearPassing();
        if (enabled.isLeftAlone()) {
            terminal.note(
                    "No server of KAT has taken up the program of "
                            + addon.name()
                            + "; in a cluster that is not KAT's none does (docs/addons.md).");
        }
        if (args.hasMatchedOption("-o")) {
            terminal.print(enabled.toJson().toString());
            return;
        }
        terminal.print(addon.name() + " is enabled.");
        if (!enabled.notes().isEmpty()) {
            terminal.print(enabled.notes());
        }
    }

    private void disable(Addons addons, String name, ParseResult args) throws InterruptedException {
        boolean keeps = args.hasMatchedOption("--keep-data");
        boolean deletes = args.hasMatchedOption("--delete-data");
        if (keeps && deletes) {
            throw new CliException("--keep-data and --delete-data exclude each other");
        }
        terminal.passing("disabling " + name + " …");
        addons.disable(
                name, keeps ? Addons.Data.KEEP : deletes ? Addons.Data.DELETE : Addons.Data.REFUSE);
        terminal.clearPassing();
        terminal.print(
                args.hasMatchedOption("-o")
                        ? JsonObject.of("name", Json.of(name), "enabled", Json.of(false)).toString()
                        : name + " is disabled.");
    }

    private static Duration timeout(String said) {
        try {
            return said.isEmpty() ? PATIENCE : Duration.parse("PT" + said.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new CliException("--timeout is a time like 90s or 5m, not \"" + said + "\"", e);
        }
    }

    static Catalogue catalogue(Surroundings surroundings) {
        String charts = surroundings.variable("KAT_CHARTS");
        if (charts.isEmpty()) {
            throw new CliException("the add-ons' charts are not here; run ./kat of the sources");
        }
        return Catalogue.read(Path.of(charts));
    }

    private Path kubeconfig(ParseResult args) {
        String named = args.matchedOptionValue("--kubeconfig", "");
        if (!named.isEmpty()) {
            return Path.of(named).toAbsolutePath();
        }
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        Path own = cluster.files().adminKubeconfig();
        if (!Files.exists(own)) {
            throw new CliException(
                    "there is no cluster "
                            + cluster.name()
                            + " in "
                            + cluster.home()
                            + "; `"
                            + cluster.command("up")
                            + "` makes one");
        }
        return own;
    }

    private static HttpTransport transport(Path file) {
        Kubeconfig kubeconfig = SignIn.once(Kubeconfig.read(file, ""));
        String authorization = kubeconfig.authorization();
        if (!authorization.isEmpty() && !authorization.startsWith(BEARER)) {
            throw new CliException("add-ons need a kubeconfig with a certificate or a token");
        }
        String token = authorization.isEmpty() ? "" : authorization.substring(BEARER.length());
        return new HttpTransport(kubeconfig.server(), kubeconfig.tls(), token, AGENT);
    }

    private Helm helm(ClusterOptions cluster, Path kubeconfig) {
        return words -> {
            ProcessBuilder builder = HelmVerb.process(surroundings, cluster, words);
            builder.environment().put("KUBECONFIG", kubeconfig.toString());
            return HelmVerb.outcome(builder);
        };
    }
}
