package kat.tutorial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the book.
///
/// What stands in a block `console` is typed: a line that begins with `$ ` is a command,
/// lines with `> ` directly below it go on with it, and what follows up to the next command
/// is its output. A block whose language is followed by a name is a file that the reader
/// saves, and the text above the block names it too. All other blocks are only read.
///
/// @param file where it lies
/// @param lines of the page
/// @param steps in their order
record Page(Path file, List<String> lines, List<Step> steps) {

    private static final String COMMAND = "$ ";
    private static final String MORE = "> ";
    private static final Pattern FENCE = Pattern.compile("```(\\S*) ?(\\S*)");

    Page {
        lines = List.copyOf(lines);
        steps = List.copyOf(steps);
    }

    static Page read(Path file) throws IOException {
        return of(file, Files.readAllLines(file));
    }

    static Page of(Path file, List<String> lines) {
        List<Step> steps = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            Matcher fence = FENCE.matcher(lines.get(at));
            if (!fence.matches()) {
                at++;
                continue;
            }
            int end = endOfBlock(file, lines, at);
            if (fence.group(1).equals("console")) {
                steps.addAll(typed(file, lines, at + 1, end));
            } else if (!fence.group(2).isEmpty()) {
                requireNamed(file, lines, at, fence.group(2));
                steps.add(new Step.Save(fence.group(2), lines.subList(at + 1, end)));
            }
            at = end + 1;
        }
        return new Page(file, lines, steps);
    }

    private static int endOfBlock(Path file, List<String> lines, int start) {
        for (int at = start + 1; at < lines.size(); at++) {
            if (lines.get(at).equals("```")) {
                return at;
            }
        }
        throw new IllegalArgumentException(file + ":" + (start + 1) + ": the block has no end");
    }

    private static void requireNamed(Path file, List<String> lines, int fence, String name) {
        int above = fence - 1;
        while (above >= 0 && lines.get(above).isBlank()) {
            above--;
        }
        if (above < 0 || !lines.get(above).contains("`" + name + "`")) {
            throw new IllegalArgumentException(
                    file + ":" + (fence + 1) + ": the text above does not name the file " + name);
        }
    }

    private static List<Step> typed(Path file, List<String> lines, int from, int end) {
        List<Step> steps = new ArrayList<>();
        int at = from;
        while (at < end) {
            int line = at + 1;
            if (!lines.get(at).startsWith(COMMAND)) {
                throw new IllegalArgumentException(file + ":" + line + ": no command above this");
            }
            StringBuilder command = new StringBuilder(lines.get(at).substring(COMMAND.length()));
            at++;
            while (at < end && lines.get(at).startsWith(MORE)) {
                command.append('\n').append(lines.get(at).substring(MORE.length()));
                at++;
            }
            int output = at;
            while (at < end && !lines.get(at).startsWith(COMMAND)) {
                at++;
            }
            steps.add(new Step.Type(line, command.toString(), output, lines.subList(output, at)));
        }
        return steps;
    }

    /// The page with other outputs.
    ///
    /// @param outputs of the commands, in their order
    List<String> with(List<List<String>> outputs) {
        List<String> text = new ArrayList<>();
        int copied = 0;
        int command = 0;
        for (Step step : steps) {
            if (step instanceof Step.Type typed) {
                text.addAll(lines.subList(copied, typed.from()));
                text.addAll(outputs.get(command));
                copied = typed.from() + typed.output().size();
                command++;
            }
        }
        text.addAll(lines.subList(copied, lines.size()));
        return text;
    }
}
