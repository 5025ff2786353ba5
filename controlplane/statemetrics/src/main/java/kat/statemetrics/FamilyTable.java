package kat.statemetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;

/// Reads `families.txt`, whose beginning tells its form.
final class FamilyTable {

    private static final String FILE = "families.txt";

    private final List<KindFamilies> kinds = new ArrayList<>();
    private final List<Family> families = new ArrayList<>();
    private final List<Family.Rule> rules = new ArrayList<>();
    private List<String> kind = List.of();
    private List<String> head = List.of();

    private FamilyTable() {}

    /// A label and the places to look for its value.
    ///
    /// @param isOptional whether it is left out where its value is empty
    record Label(String name, boolean isOptional, List<Source> sources) {

        Label {
            sources = List.copyOf(sources);
        }

        String at(Scope scope) {
            String value = "";
            for (Source source : sources) {
                if (value.isEmpty()) {
                    value = source.at(scope);
                }
            }
            return isOptional && value.isEmpty() ? "" : Samples.label(name, value);
        }
    }

    private interface Source {
        String at(Scope scope);
    }

    /// Every kind of the file, in its order.
    static List<KindFamilies> read() {
        try (InputStream in = FamilyTable.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing");
            }
            return parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    /// @throws IllegalArgumentException with the line that is wrong
    static List<KindFamilies> parse(String text) {
        FamilyTable table = new FamilyTable();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                table.line(Arrays.asList(line.split(" ")));
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new IllegalArgumentException("wrong line: " + line, e);
            }
        }
        table.endKind();
        return table.kinds;
    }

    private void line(List<String> words) {
        switch (words.getFirst()) {
            case "kind" -> {
                endKind();
                kind = words;
            }
            case "+" -> rules.add(rule(new ArrayDeque<>(words.subList(1, words.size()))));
            default -> {
                endFamily();
                boolean counter = words.size() > 1 && words.get(1).equals("counter");
                head = List.of(words.getFirst(), counter ? "counter" : "gauge");
                rules.add(rule(new ArrayDeque<>(words.subList(counter ? 2 : 1, words.size()))));
            }
        }
    }

    private void endFamily() {
        if (!head.isEmpty()) {
            families.add(new Family(head.getFirst(), head.getLast(), rules));
        }
        head = List.of();
        rules.clear();
    }

    private void endKind() {
        endFamily();
        if (!kind.isEmpty()) {
            Kind of = Kinds.builtIn().require(kind.get(1), kind.get(2));
            List<Label> shared = new ArrayList<>();
            for (String word : kind.subList(3, kind.size())) {
                shared.add(label(word));
            }
            kinds.add(new KindFamilies(of, shared, families));
        }
        families.clear();
    }

    private static Family.Rule rule(Deque<String> words) {
        String first = words.getFirst();
        if (first.equals("each")) {
            words.removeFirst();
            return each(Path.parse(words.removeFirst()), rule(words));
        }
        if (first.equals("if")) {
            words.removeFirst();
            return condition(words.removeFirst(), words);
        }
        List<Label> labels = new ArrayList<>();
        while (words.getFirst().indexOf('=') > 0) {
            labels.add(label(words.removeFirst()));
        }
        Family.Rule value = Values.parse(words);
        return (at, before, out) -> {
            StringBuilder all = new StringBuilder(before);
            labels.forEach(label -> all.append(label.at(at)));
            value.apply(at, all.toString(), out);
        };
    }

    private static Family.Rule each(Path path, Family.Rule then) {
        return (at, labels, out) -> {
            if (path.find(at) instanceof JsonArray items) {
                for (Json item : items) {
                    then.apply(at.enter(item), labels, out);
                }
            }
        };
    }

    private static Family.Rule condition(String word, Deque<String> words) {
        int equal = word.lastIndexOf('=');
        boolean isInside = equal >= 0 && word.indexOf(']', equal) >= 0;
        Path path = Path.parse(equal < 0 || isInside ? word : word.substring(0, equal));
        String text = equal < 0 || isInside ? "" : word.substring(equal + 1);
        Family.Rule then = rule(words);
        return (at, labels, out) -> {
            boolean holds = text.isEmpty() ? path.leadsSomewhere(at) : path.text(at).equals(text);
            if (holds) {
                then.apply(at, labels, out);
            }
        };
    }

    private static Label label(String word) {
        int equal = word.indexOf('=');
        boolean optional = word.charAt(equal - 1) == '?';
        List<Source> sources = new ArrayList<>();
        for (String source : word.substring(equal + 1).split("\\|", -1)) {
            if (source.startsWith("'")) {
                String fixed = source.substring(1, source.length() - 1);
                sources.add(_ -> fixed);
            } else {
                sources.add(Path.parse(source)::text);
            }
        }
        return new Label(word.substring(0, optional ? equal - 1 : equal), optional, sources);
    }
}
