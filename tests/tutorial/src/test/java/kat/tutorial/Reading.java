package kat.tutorial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;

/// Reads a page as a person does: saves its files, types its commands, and compares.
///
/// A command that only looks is typed again for a while when the output is another one: a
/// person does so too, when the cluster is still at it. All others are typed once.
final class Reading {

    private static final Ticker TICKER = new SystemTicker();
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// How long a command that only looks is repeated when nobody is in a hurry.
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern LOOKS =
            Pattern.compile(
                    "(kubectl( -n \\S+)? (get|describe|logs|top|events|exec|rollout history|auth)"
                            + "|curl(?!.* -[dX] )"
                            + "|kat (status|logs|image list|helm (list|status|history|get))) ?.*",
                    Pattern.DOTALL);
    private static final Pattern FAILS =
            Pattern.compile("(Error|error|The |kat: |command terminated with exit code ).*");

    private static final String EXIT = "(exit code ";

    private final Book book;
    private final Page page;
    private final Duration patience;
    private final List<String> differences = new ArrayList<>();
    private final List<List<String>> outputs = new ArrayList<>();

    /// @param patience how long a command that only looks may be repeated until it shows what
    ///     the page does
    Reading(Book book, Page page, Duration patience) {
        this.book = book;
        this.page = page;
        this.patience = patience;
    }

    /// What differs, a text each; empty when the page is true.
    List<String> differences() {
        return List.copyOf(differences);
    }

    /// The page with the outputs that came, where they differ from those that it shows.
    List<String> rewritten() {
        return page.with(outputs);
    }

    void read() throws IOException, InterruptedException {
        try (Shell shell = book.shell()) {
            for (Step step : page.steps()) {
                switch (step) {
                    case Step.Save save -> save(save);
                    case Step.Type typed -> type(shell, typed);
                }
            }
        }
    }

    private void save(Step.Save save) throws IOException {
        Path file = book.folder().resolve(save.name());
        Files.createDirectories(file.getParent());
        Files.write(file, save.lines());
    }

    private void type(Shell shell, Step.Type typed) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(patience, TICKER);
        List<String> shown = run(shell, typed);
        while (!isTrue(typed, shown)
                && LOOKS.matcher(typed.command()).matches()
                && !deadline.isOver(TICKER)) {
            TICKER.sleep(PAUSE);
            shown = run(shell, typed);
        }
        boolean isTrue = isTrue(typed, shown);
        outputs.add(isTrue ? typed.output() : withoutExit(shown));
        if (!isTrue) {
            differences.add(difference(typed, shown));
        }
    }

    /// The output, and as last line how it ended when it failed.
    private List<String> run(Shell shell, Step.Type typed)
            throws IOException, InterruptedException {
        Shell.Answer answer =
                Conversation.isOne(typed.command())
                        ? Conversation.hold(
                                typed.command(), typed.output(), book.folder(), book.environment())
                        : shell.run(typed.command());
        List<String> shown = new ArrayList<>(answer.lines().stream().map(book::shown).toList());
        boolean mayFail = typed.output().stream().anyMatch(line -> FAILS.matcher(line).matches());
        if (answer.exit() != 0 && !mayFail) {
            shown.add(EXIT + answer.exit() + ")");
        }
        return shown;
    }

    private static List<String> withoutExit(List<String> shown) {
        return shown.stream().filter(line -> !line.startsWith(EXIT)).toList();
    }

    private static boolean isTrue(Step.Type typed, List<String> shown) {
        return Plain.of(typed.output()).equals(Plain.of(shown));
    }

    private String difference(Step.Type typed, List<String> shown) {
        return String.join(
                "\n",
                page.file().getFileName() + ":" + typed.line() + ": $ " + typed.command(),
                "  the page shows:",
                indented(typed.output()),
                "  but there came:",
                indented(shown));
    }

    private static String indented(List<String> lines) {
        return String.join("\n", lines.stream().map(line -> "    " + line).toList());
    }
}
