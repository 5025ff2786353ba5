package kat.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What the add-on `logging` answered, as lines of text.
final class LineText {

    private static final int WIDEST_BAR = 50; // characters
    private static final String BETWEEN_GROUPS = "--";

    private final boolean namespaces;

    /// @param namespaces whether each line tells its namespace
    LineText(boolean namespaces) {
        this.namespaces = namespaces;
    }

    String line(JsonObject line) {
        return line(line, ':');
    }

    private String line(JsonObject line, char sign) {
        return line.string("time")
                + " "
                + (namespaces ? line.string("namespace") + "/" : "")
                + line.string("pod")
                + " "
                + line.string("container")
                + sign
                + " "
                + line.string("text");
    }

    /// A run of lines of one container, by their sequence.
    private record Group(String container, SequencedMap<Long, Shown> lines) {}

    /// @param found whether the search meant it, and not a line beside it
    private record Shown(JsonObject line, boolean found) {}

    /// Lines with those around them, as grep shows them: `-` instead of `:` in lines that were
    /// not found themselves, and `--` between what does not follow on one another.
    ///
    /// @param found oldest first, each with `before` and `after`
    List<String> withContext(List<JsonObject> found) {
        List<Group> groups = new ArrayList<>();
        for (JsonObject line : found) {
            Group group = new Group(container(line), new TreeMap<>());
            add(line.array("before").objects(), false, group);
            add(List.of(line), true, group);
            add(line.array("after").objects(), false, group);
            Group before = meeting(groups, group);
            if (before == null) {
                groups.add(group);
            } else {
                merge(before, group);
            }
        }
        List<String> all = new ArrayList<>();
        for (Group group : groups) {
            if (!all.isEmpty()) {
                all.add(BETWEEN_GROUPS);
            }
            for (Shown each : group.lines().values()) {
                all.add(line(each.line(), each.found() ? ':' : '-'));
            }
        }
        return all;
    }

    private static String container(JsonObject line) {
        return line.string("podUid")
                + "/"
                + line.string("container")
                + "/"
                + line.integer("restart", 0);
    }

    private static void add(List<JsonObject> lines, boolean found, Group group) {
        for (JsonObject line : lines) {
            Shown unused = group.lines().put(line.integer("sequence", 0), new Shown(line, found));
        }
    }

    private static @Nullable Group meeting(List<Group> groups, Group other) {
        for (Group group : groups.reversed()) {
            if (group.container().equals(other.container())
                    && other.lines().keySet().stream().anyMatch(group.lines()::containsKey)) {
                return group;
            }
        }
        return null;
    }

    /// A line that one of both found is shown as found.
    private static void merge(Group into, Group other) {
        for (Map.Entry<Long, Shown> each : other.lines().entrySet()) {
            into.lines()
                    .merge(each.getKey(), each.getValue(), (one, two) -> one.found() ? one : two);
        }
    }

    /// A line for each step of time, with a bar.
    List<String> histogram(JsonObject histogram) {
        List<JsonObject> buckets = histogram.array("buckets").objects();
        long most = 1;
        for (JsonObject bucket : buckets) {
            most = Math.max(most, bucket.integer("count", 0));
        }
        int width = Long.toString(most).length();
        List<String> all = new ArrayList<>();
        for (JsonObject bucket : buckets) {
            long count = bucket.integer("count", 0);
            String bar = "#".repeat((int) Math.ceilDiv(count * WIDEST_BAR, most));
            String number = " ".repeat(width - Long.toString(count).length()) + count;
            all.add((bucket.string("time") + " " + number + " " + bar).stripTrailing());
        }
        String total = histogram.integer("total", 0) + " lines";
        all.add(
                histogram.bool("complete")
                        ? total
                        : total
                                + "; those before "
                                + histogram.string("countedFrom")
                                + " are not all counted: ask for less time");
        return all;
    }

    /// A line for each field, with its most frequent values.
    List<String> fields(JsonObject fields) {
        List<String> all = new ArrayList<>();
        for (JsonObject field : fields.array("items").objects()) {
            List<String> values = new ArrayList<>();
            for (JsonObject value : field.array("values").objects()) {
                values.add(value.string("value") + " (" + value.integer("count", 0) + ")");
            }
            all.add(
                    field.string("name")
                            + " ("
                            + field.integer("count", 0)
                            + "): "
                            + String.join(", ", values));
        }
        all.add("in the newest " + fields.integer("lines", 0) + " lines");
        return all;
    }
}
