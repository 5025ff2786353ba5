package kat.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kat.app.load.Figure;
import kat.app.load.Flood;
import kat.app.load.LoadClient;
import kat.app.load.Rows;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// `kat bench`: measures a running cluster from outside and prints each rate, beside its share of
/// what a server that does nothing reaches on this machine.
final class BenchVerb implements Verb {

    private static final List<String> PARTS =
            List.of("single", "custom", "list", "watch", "flood", "deployment");
    private static final int COUNT = 5000;
    private static final int CONNECTIONS = 8;
    private static final int MOST_CLIENTS = 64;
    private static final int LISTED = 1000;
    private static final int LISTS = 50;
    private static final int FLOOD_LISTED = 2000;
    private static final int WATCHERS = 100;
    private static final int EVENTS = 1000;
    private static final int REPLICAS = 2000;

    private final Terminal terminal;
    private final Surroundings surroundings;

    BenchVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(
                OptionSpec.builder("-n")
                        .type(int.class)
                        .paramLabel("COUNT")
                        .description("operations of a measurement; default " + COUNT)
                        .build());
        spec.addOption(
                ClusterOptions.text(
                        "--only",
                        "PARTS",
                        "some of single,custom,list,watch,flood,deployment; default:"
                                + " single,list,watch; deployment wants simulated nodes"));
        spec.addOption(
                OptionSpec.builder("--at-most")
                        .type(double.class)
                        .paramLabel("TIMES")
                        .description(
                                "with flood: fail when a client beside a flood takes more than"
                                        + " TIMES as long as beside one upon another server")
                        .build());
        spec.addOption(
                ClusterOptions.flag(
                        "--micro", "run the JMH benchmarks of the sources instead; names select"));
        spec.usageMessage().description("Measure a running cluster under load.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        if (args.matchedOptionValue("--micro", false)) {
            throw new CliException("--micro must be the first word after bench");
        }
        int count = args.matchedOptionValue("-n", COUNT);
        if (count < 1) {
            throw new CliException("-n must be 1 or more, but is " + count);
        }
        List<String> parts = parts(args.matchedOptionValue("--only", "single,list,watch"));
        double most = most(args, parts);
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        if (new ServerProcess(options.files(), surroundings.ticker()).find().isEmpty()) {
            throw new CliException(
                    "cluster "
                            + options.name()
                            + " is not running; `"
                            + options.command("up")
                            + "` starts it");
        }
        try (OnInterrupt interrupt = new OnInterrupt(terminal)) {
            return run(options.files().tokenKubeconfig(), parts, count, most, interrupt);
        }
    }

    private static double most(ParseResult args, List<String> parts) {
        double most = args.matchedOptionValue("--at-most", Double.POSITIVE_INFINITY);
        if (!(most > 0)) {
            throw new CliException("--at-most must be more than 0, but is " + most);
        }
        if (args.hasMatchedOption("--at-most") && !parts.contains("flood")) {
            throw new CliException("--at-most is about floods; it wants --only flood");
        }
        return most;
    }

    private int run(
            Path kubeconfig, List<String> parts, int count, double most, OnInterrupt interrupt)
            throws InterruptedException {
        boolean held = true;
        try {
            Map<String, Double> ceilings =
                    parts.contains("single") ? ceilings(count, interrupt) : new LinkedHashMap<>();
            String namespace = "bench-" + surroundings.ticker().now().getEpochSecond();
            try (LoadClient client = LoadClient.of(kubeconfig, CONNECTIONS)) {
                Rows rows =
                        new Rows(
                                client,
                                surroundings.ticker(),
                                namespace,
                                figure -> terminal.print(figure + share(figure, ceilings)));
                interrupt.allow("stopping; namespace " + namespace + " is deleted");
                try {
                    rows.begin();
                    measure(rows, parts, count);
                    if (parts.contains("flood")) {
                        held = flood(client, namespace, Math.max(1, count / 5), most);
                    }
                } finally {
                    boolean unused = interrupt.forbid();
                    rows.end();
                }
            }
            return held ? Main.DONE : Main.FAILED;
        } catch (IOException | InterruptedException e) {
            if (interrupt.isAsked()) {
                return Main.FAILED; // the person knows
            }
            throw e instanceof IOException failed
                    ? CliException.of("the measurement failed", failed)
                    : new CliException("interrupted", e);
        }
    }

    private static List<String> parts(String only) {
        List<String> parts = List.of(only.split(",", -1));
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                throw new CliException(
                        "--only knows " + String.join(", ", PARTS) + ", but not \"" + part + "\"");
            }
        }
        return parts;
    }

    private static void measure(Rows rows, List<String> parts, int count)
            throws IOException, InterruptedException {
        if (parts.contains("single")) {
            rows.single(1, Math.max(1, count / 5));
            rows.single(MOST_CLIENTS, count);
        }
        if (parts.contains("custom")) {
            rows.custom(MOST_CLIENTS, count);
        }
        if (parts.contains("list")) {
            rows.lists(LISTED, LISTS);
        }
        if (parts.contains("watch")) {
            rows.watch(WATCHERS, EVENTS);
        }
        if (parts.contains("deployment")) {
            rows.deployment(REPLICAS);
        }
    }

    /// @return whether no kind of flood made the client slower than `most` times
    private boolean flood(LoadClient client, String namespace, int count, double most)
            throws IOException, InterruptedException {
        try (BareProcess bare = BareProcess.start(surroundings);
                LoadClient elsewhere = LoadClient.of(bare.kubeconfig(), CONNECTIONS)) {
            Flood flood =
                    new Flood(
                            client,
                            elsewhere,
                            surroundings.ticker(),
                            namespace,
                            figure -> terminal.print(figure.toString()));
            boolean held = true;
            for (Flood.Slowdown each : flood.run(MOST_CLIENTS, count, FLOOD_LISTED)) {
                boolean within = each.within(most);
                held &= within;
                terminal.print(
                        String.format(
                                Locale.ROOT,
                                "beside a flood of %s: %.2f times as long%s",
                                each.kind(),
                                each.times(),
                                within ? "" : ", " + most + " wanted, and none refused"));
            }
            return held;
        }
    }

    private static String key(Figure figure) {
        return figure.name() + "/" + figure.clients();
    }

    private static String share(Figure figure, Map<String, Double> ceilings) {
        Double ceiling = ceilings.get(key(figure));
        return ceiling == null
                ? ""
                : String.format(
                        Locale.ROOT, "  %3.0f %% of ceiling", 100 * figure.rate() / ceiling);
    }

    /// The rates of a server that does nothing, which runs in a process of its own meanwhile.
    private Map<String, Double> ceilings(int count, OnInterrupt interrupt)
            throws IOException, InterruptedException {
        interrupt.allow("stopping the measurement");
        try (BareProcess bare = BareProcess.start(surroundings)) {
            return ceilings(bare.kubeconfig(), count);
        } finally {
            boolean unused = interrupt.forbid();
        }
    }

    private Map<String, Double> ceilings(Path kubeconfig, int count)
            throws IOException, InterruptedException {
        Map<String, Double> rates = new LinkedHashMap<>();
        try (LoadClient client = LoadClient.of(kubeconfig, CONNECTIONS)) {
            // The first round is for the compiler, on both sides.
            new Rows(client, surroundings.ticker(), "nothing", _ -> {}).single(MOST_CLIENTS, count);
            Rows rows =
                    new Rows(
                            client,
                            surroundings.ticker(),
                            "nothing",
                            figure -> {
                                rates.put(key(figure), figure.rate());
                                terminal.note("ceiling  " + figure);
                            });
            rows.single(1, Math.max(1, count / 5));
            rows.single(MOST_CLIENTS, count);
        }
        return rates;
    }
}
