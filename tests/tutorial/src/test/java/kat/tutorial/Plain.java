package kat.tutorial;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Puts a word in the place of what differs from run to run, on the page and in the output
/// alike: two outputs are the same when their plain forms are. `docs/tutorial/README.md`
/// tells the reader these rules.
final class Plain {

    private static final String ID = "[bcdfghjklmnpqrstvwxz2456789]";
    private static final String DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private static final String CLOCK = "\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?";
    private static final String AGE =
            "(\\d+(\\.\\d+)? ?(ms|s)|[1-9]\\d?m(\\d+(\\.\\d+)?s)?|<invalid>|<unknown>)";

    private static final List<Rule> RULES =
            List.of(
                    rule("\\x1b\\[[0-9;?]*[a-zA-Z]", ""),
                    rule(
                            "\\d{4}-\\d{2}-\\d{2}[T ]" + CLOCK + "( ?[+-]\\d{2}:?\\d{2})?( UTC)?Z?",
                            "TIME"),
                    rule("\\d{4}/\\d{2}/\\d{2} " + CLOCK, "TIME"),
                    rule("\\d{2}/[A-Z][a-z]{2}/\\d{4}:" + CLOCK + " [+-]\\d{4}", "TIME"),
                    rule(
                            DAY + ", \\d{2} [A-Z][a-z]{2} \\d{4} " + CLOCK + " ([+-]\\d{4}|[A-Z]+)",
                            "TIME"),
                    rule(DAY + " [A-Z][a-z]{2} +\\d+ " + CLOCK + "( [A-Z]+)? \\d{4}", "TIME"),
                    rule("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID"),
                    rule("[0-9a-f]{64}", "DIGEST"),
                    rule("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+", "TOKEN"),
                    rule("-" + ID + "{7,10}-" + ID + "{5}\\b", "-ID"),
                    rule("-(" + ID + "{8,10}|" + ID + "{5})\\b", "-ID"),
                    rule("pid: \\d+", "pid: NUMBER"),
                    rule("\\d+m +(\\d+% +)?\\d+Mi( +\\d+%)?", "USAGE"),
                    rule("(?<![\\w.=-])" + AGE + "(?![\\w%])", "AGE"),
                    rule("\\b(?!127\\.|0\\.0\\.0\\.0)\\d+\\.\\d+\\.\\d+\\.\\d+\\b", "ADDRESS"),
                    rule("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT"),
                    rule("\\b3[0-2]\\d{3}\\b", "NODE-PORT"),
                    rule("(resourceVersion: |Resource Version: +)\"?\\d+\"?", "$1VERSION"),
                    rule("\\d+#\\d+:", "PROCESS:"),
                    rule("\\b\\d+ MB\\b", "SIZE"),
                    rule("\\s{2,}|\\t", "  "),
                    rule("-{4,}", "----"));

    private Plain() {}

    private record Rule(Pattern pattern, String word) {}

    private static Rule rule(String pattern, String word) {
        return new Rule(Pattern.compile(pattern), word);
    }

    static List<String> of(List<String> lines) {
        List<String> plain = new ArrayList<>();
        for (String line : lines) {
            plain.add(of(line));
        }
        return plain;
    }

    static String of(String line) {
        String plain = line;
        for (Rule rule : RULES) {
            plain = rule.pattern().matcher(plain).replaceAll(rule.word());
        }
        return plain.strip();
    }
}
