package kat.packages;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.ParseResult;

/// What a person typed: a verb's parameters and flags, and the environment it was typed in.
///
/// @param parsed the whole line first, the verb's part last
/// @param out what is printed at once; the rest is given back by the verb
/// @param scratch for files that nobody needs afterwards
record Invocation(
        List<ParseResult> parsed,
        Map<String, String> environment,
        PrintStream out,
        PrintStream err,
        Scratch scratch) {

    private static final String DEFAULT_TIMEOUT = "5m0s";

    Invocation {
        parsed = List.copyOf(parsed);
        environment = Map.copyOf(environment);
    }

    String parameter(int index) {
        return index < parameters().size() ? parameters().get(index) : "";
    }

    List<String> parameters() {
        return parsed.getLast().matchedPositionalValue(0, List.of());
    }

    /// A flag's value; empty when it was not given.
    String text(String flag) {
        String value = "";
        for (ParseResult part : parsed) {
            if (part.hasMatchedOption("--" + flag)) {
                value = part.matchedOptionValue("--" + flag, "");
            }
        }
        return value;
    }

    boolean has(String flag) {
        return parsed.stream().anyMatch(part -> part.hasMatchedOption("--" + flag));
    }

    /// All values of a flag that may come more than once.
    List<String> list(String flag) {
        List<String> values = new ArrayList<>();
        for (ParseResult part : parsed) {
            if (part.hasMatchedOption("--" + flag)) {
                values.addAll(part.matchedOptionValue("--" + flag, List.of()));
            }
        }
        return values;
    }

    void ifSaid(String flag, Consumer<String> use) {
        if (!text(flag).isEmpty()) {
            use.accept(text(flag));
        }
    }

    void ifFile(String flag, Consumer<Path> use) {
        ifSaid(flag, file -> use.accept(Path.of(file).toAbsolutePath()));
    }

    void ifFlag(String flag, Runnable use) {
        if (has(flag)) {
            use.run();
        }
    }

    int number(String flag, int absent) {
        return text(flag).isEmpty() ? absent : HelmOptions.number(text(flag));
    }

    /// `--timeout`, five minutes by default.
    Duration timeout() {
        String said = text("timeout");
        return Duration.ofSeconds(HelmOptions.seconds(said.isEmpty() ? DEFAULT_TIMEOUT : said));
    }

    String variable(String name) {
        return environment.getOrDefault(name, "");
    }
}
