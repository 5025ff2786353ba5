package kat.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.kubeconfig.Callers;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;
import kat.client.kubeconfig.SignIn;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// Lines of pods that the add-on `logging` keeps, found through the API server with the rights
/// of the kubeconfig's user.
///
/// Pages are asked for from the newest to the oldest until enough lines are there, and printed
/// the other way round; then, to follow, lines in the order of their intake.
final class LineSearch {

    private static final String ROOT = "/apis/logs.kat.dev/v1";
    private static final int USUAL_LINES = 200;
    private static final int MOST_LINES = 5_000;
    private static final int WAIT_SECONDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    /// The options that a request carries as they are.
    private static final Map<String, String> CARRIED =
            new TreeMap<>(
                    Map.of(
                            "--selector", "labelSelector",
                            "--container", "container",
                            "--node", "node",
                            "--stream", "stream",
                            "--since", "since",
                            "--until", "until",
                            "--grep", "grep",
                            "--words", "words",
                            "--context", "context"));

    private final ParseResult args;
    private final PrintStream out;
    private final URI server;
    private final Callers callers;
    private final LineText text;
    private final boolean json;

    private LineSearch(ParseResult args, PrintStream out, SignIn signIn) {
        this.args = args;
        this.out = out;
        this.callers = new Callers(signIn, PATIENCE);
        this.server = callers.current().who().server();
        this.text = new LineText(args.matchedOptionValue("--all-namespaces", false));
        this.json = args.matchedOptionValue("--output", "").equals("json");
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(option("LABELS", "lines of pods with these labels", "-l", "--selector"));
        spec.addOption(option("NAMESPACE", "of this namespace", "-n", "--namespace"));
        spec.addOption(
                OptionSpec.builder("-A", "--all-namespaces")
                        .type(boolean.class)
                        .description("of all namespaces that you may read")
                        .build());
        spec.addOption(option("NAME", "of this container", "-c", "--container"));
        spec.addOption(option("NAME", "of this node", "--node"));
        spec.addOption(option("STREAM", "of stdout or stderr alone", "--stream"));
        spec.addOption(option("TIME", "not older than 2h, or than a time of RFC 3339", "--since"));
        spec.addOption(option("TIME", "older than that", "--until"));
        spec.addOption(option("EXPRESSION", "with a match of it", "--grep"));
        spec.addOption(option("WORDS", "with all these words", "--words"));
        spec.addOption(option("LINES", "how many, the newest; default 200", "--tail"));
        spec.addOption(
                option(
                        "LINES",
                        "so many lines of the same container before and after each, up to 50",
                        "-C",
                        "--context"));
        spec.addOption(flag("--histogram", "how many lines there are, over time"));
        spec.addOption(flag("--fields", "which fields lines have that are JSON objects"));
        spec.addOption(option("FORMAT", "json: an object a line", "-o", "--output"));
        spec.addOption(option("FILE", "another cluster, or another user", "--kubeconfig"));
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name).type(boolean.class).description(description).build();
    }

    private static OptionSpec option(String value, String description, String... names) {
        return OptionSpec.builder(names[0], names)
                .type(String.class)
                .paramLabel(value)
                .description(description)
                .build();
    }

    /// Whether lines of pods are meant: a pod is named, or an option of [#addTo] is there.
    static boolean isMeant(ParseResult args) {
        return !pods(args).isEmpty()
                || args.hasMatchedOption("--namespace")
                || args.hasMatchedOption("--all-namespaces")
                || args.hasMatchedOption("--tail")
                || args.hasMatchedOption("--histogram")
                || args.hasMatchedOption("--fields")
                || args.hasMatchedOption("--output")
                || args.hasMatchedOption("--kubeconfig")
                || CARRIED.keySet().stream().anyMatch(args::hasMatchedOption);
    }

    private static List<String> pods(ParseResult args) {
        return args.matchedPositionalValue(0, List.of());
    }

    /// @param usual the cluster's own kubeconfig
    static void run(ParseResult args, PrintStream out, Path usual, Ticker ticker)
            throws InterruptedException {
        if (pods(args).size() > 1) {
            throw new CliException("one pod at most; `-l` finds lines of several");
        }
        Path file = Path.of(args.matchedOptionValue("--kubeconfig", usual.toString()));
        if (!Files.exists(file)) {
            throw new CliException("there is no " + file + "; was the cluster ever started?");
        }
        try {
            new LineSearch(args, out, new SignIn(Kubeconfig.read(file, ""), ticker)).run();
        } catch (KubeconfigException e) {
            throw new CliException(String.valueOf(e.getMessage()));
        }
    }

    private void run() throws InterruptedException {
        boolean histogram = args.matchedOptionValue("--histogram", false);
        boolean fields = args.matchedOptionValue("--fields", false);
        boolean follow = args.matchedOptionValue("--follow", false);
        boolean context = args.hasMatchedOption("--context");
        if (Stream.of(histogram, fields, context, follow).filter(each -> each).count() > 1) {
            throw new CliException(
                    "--histogram, --fields, --context and --follow go one at a time");
        }
        if (histogram || fields) {
            JsonObject answer = get(path(histogram ? "histogram" : "fields"), query());
            List<String> lines = histogram ? text.histogram(answer) : text.fields(answer);
            (json ? List.of(answer.toString()) : lines).forEach(out::println);
            out.flush();
        } else {
            lines(follow, context);
        }
    }

    private void lines(boolean follow, boolean context) throws InterruptedException {
        long wanted = tail();
        String base = path("lines");
        SequencedMap<String, String> query = query();
        List<JsonObject> lines = new ArrayList<>();
        JsonObject page = JsonObject.EMPTY;
        long sequence = -1;
        String next = "";
        while (lines.size() < wanted) {
            query.put("limit", Long.toString(Math.min(MOST_LINES, wanted - lines.size())));
            page = get(base, query);
            sequence = sequence < 0 ? page.integer("sequence", 0) : sequence;
            lines.addAll(page.array("items").objects());
            next = page.object("metadata").string("continue");
            if (next.isEmpty()) {
                break;
            }
            if (next.equals(query.put("continue", next))) {
                throw new CliException("the search comes no further");
            }
        }
        if (context && !json) {
            text.withContext(lines.reversed()).forEach(out::println);
            lines.clear();
        }
        for (JsonObject line : lines.reversed()) {
            if (!follow || line.integer("sequence", 0) <= sequence) {
                print(line);
            }
        }
        out.flush();
        query.remove("continue");
        while (follow) {
            query.put("limit", Integer.toString(MOST_LINES));
            query.put("waitSeconds", Integer.toString(WAIT_SECONDS));
            query.put("beyond", Long.toString(Math.max(0, sequence)));
            page = get(base, query);
            sequence = page.integer("sequence", sequence);
            page.array("items").objects().forEach(this::print);
            out.flush();
        }
    }

    private long tail() {
        String tail = args.matchedOptionValue("--tail", Integer.toString(USUAL_LINES));
        if (!tail.matches("[0-9]{1,7}")) {
            throw new CliException("--tail must be a number of lines: " + tail);
        }
        return Long.parseLong(tail);
    }

    private String path(String resource) {
        boolean all = args.matchedOptionValue("--all-namespaces", false);
        String namespace = args.matchedOptionValue("--namespace", "default");
        return (all ? ROOT : ROOT + "/namespaces/" + encoded(namespace)) + "/" + resource;
    }

    private SequencedMap<String, String> query() {
        SequencedMap<String, String> query = new TreeMap<>();
        CARRIED.forEach(
                (option, parameter) -> {
                    if (args.hasMatchedOption(option)) {
                        query.put(parameter, args.matchedOptionValue(option, ""));
                    }
                });
        if (!pods(args).isEmpty()) {
            query.put("pod", pods(args).getFirst());
        }
        return query;
    }

    private JsonObject get(String path, Map<String, String> query) throws InterruptedException {
        StringBuilder asked = new StringBuilder(path);
        char sign = '?';
        for (Map.Entry<String, String> each : query.entrySet()) {
            asked.append(sign).append(each.getKey()).append('=').append(encoded(each.getValue()));
            sign = '&';
        }
        URI address = server.resolve(asked.toString());
        try {
            Callers.Caller who = callers.current();
            HttpResponse<byte[]> answer = send(address, who);
            if (answer.statusCode() == UNAUTHORIZED && callers.renew(who)) {
                answer = send(address, callers.current());
            }
            JsonObject body = object(answer.body());
            if (answer.statusCode() == OK) {
                return body;
            }
            boolean absent = answer.statusCode() == NOT_FOUND || answer.statusCode() == UNAVAILABLE;
            throw new CliException(
                    body.string("message", "the server answered " + answer.statusCode()).strip()
                            + (absent ? "; is the add-on `logging` enabled?" : ""));
        } catch (IOException e) {
            throw CliException.of("cannot reach " + server, e);
        }
    }

    private HttpResponse<byte[]> send(URI address, Callers.Caller who)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
        String authorization = who.who().authorization();
        if (!authorization.isEmpty()) {
            request.header("authorization", authorization);
        }
        return who.client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonObject object(byte[] body) {
        try {
            return Json.parse(body) instanceof JsonObject object ? object : JsonObject.EMPTY;
        } catch (JsonException e) {
            return JsonObject.EMPTY.with(
                    "message", new String(body, StandardCharsets.UTF_8).strip());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void print(JsonObject line) {
        out.println(json ? line.toString() : text.line(line));
    }
}
