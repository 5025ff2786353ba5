package kat.statemetrics;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The ends of lines of `families.txt`: which samples there are, and their values.
final class Values {

    private static final List<String> STATUSES = List.of("True", "False", "Unknown");

    private Values() {}

    /// @throws IllegalArgumentException for words that are no value
    static Family.Rule parse(Deque<String> words) {
        String form = words.removeFirst();
        return switch (form) {
            case "one" -> (_, labels, out) -> out.add(labels, 1);
            case "once" -> (_, labels, out) -> out.addOnce(labels);
            case "owners" -> (at, labels, out) -> owners(at, labels, true, out);
            case "owners-briefly" -> (at, labels, out) -> owners(at, labels, false, out);
            case "code" -> Particulars.named(words.removeFirst());
            case "set" -> set(words);
            case "status" -> status(words.removeFirst(), Path.parse(words.removeFirst()));
            case "amounts" -> amounts(words.removeFirst(), Path.parse(words.removeFirst()));
            case "labels" -> labels(words.removeFirst(), Path.parse(words.removeFirst()));
            case "equal" -> equal(Path.parse(words.removeFirst()), words.removeFirst());
            default -> ofPath(form, Path.parse(words.removeFirst()));
        };
    }

    private static Family.Rule ofPath(String form, Path path) {
        return switch (form) {
            case "number" -> (at, labels, out) -> number(path.find(at), labels, out, true);
            case "given" -> (at, labels, out) -> number(path.find(at), labels, out, false);
            case "true" -> (at, labels, out) -> out.add(labels, path.text(at).equals("true"));
            case "has" -> (at, labels, out) -> out.add(labels, path.leadsSomewhere(at));
            case "count" ->
                    (at, labels, out) ->
                            out.add(
                                    labels,
                                    path.find(at) instanceof JsonArray all ? all.size() : 0);
            case "time" -> (at, labels, out) -> time(path.text(at), labels, out);
            case "quantity" ->
                    (at, labels, out) -> {
                        Quantity found = Quantity.tryParse(path.text(at));
                        if (found != null) {
                            out.add(labels, plain(found));
                        }
                    };
            case "resources" ->
                    (at, labels, out) -> Resources.write(path.find(at), labels, false, out);
            case "capacities" ->
                    (at, labels, out) -> Resources.write(path.find(at), labels, true, out);
            default -> throw new IllegalArgumentException("no value: " + form);
        };
    }

    private static void number(Json found, String labels, Samples out, boolean elseZero) {
        if (found instanceof JsonNumber number) {
            out.add(labels, number.toString());
        } else if (!Path.textOf(found).isEmpty()) {
            out.add(labels, Path.textOf(found));
        } else if (elseZero) {
            out.add(labels, 0);
        }
    }

    private static void time(String text, String labels, Samples out) {
        Instant time = instant(text);
        if (time != null) {
            out.add(labels, time.getEpochSecond());
        }
    }

    /// Null for what is no time.
    static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    private static Family.Rule equal(Path path, String text) {
        return (at, labels, out) -> out.add(labels, path.text(at).equals(text));
    }

    private static Family.Rule set(Deque<String> words) {
        String label = words.removeFirst();
        Path path = Path.parse(words.removeFirst());
        List<String> all = new ArrayList<>(words);
        return (at, labels, out) -> {
            String present = path.text(at);
            if (!present.isEmpty()) {
                for (String each : all) {
                    out.add(labels + Samples.label(label, each), each.equals(present));
                }
            }
        };
    }

    private static Family.Rule status(String label, Path path) {
        return (at, labels, out) -> {
            if (path.find(at) != JsonNull.NULL) {
                statuses(labels, label, path.text(at), out);
            }
        };
    }

    /// A sample for each status that a condition can have.
    static void statuses(String labels, String label, String present, Samples out) {
        for (String each : STATUSES) {
            String shown = each.toLowerCase(Locale.ROOT);
            out.add(labels + Samples.label(label, shown), each.equals(present));
        }
    }

    private static Family.Rule amounts(String label, Path path) {
        return (at, labels, out) -> {
            if (path.find(at) instanceof JsonObject all) {
                all.forEach(
                        (name, value) -> {
                            Quantity amount = Quantity.tryParse(Path.textOf(value));
                            if (amount != null) {
                                out.add(labels + Samples.label(label, name), plain(amount));
                            }
                        });
            }
        };
    }

    /// Names that become the same are numbered.
    private static Family.Rule labels(String prefix, Path path) {
        return (at, before, out) -> {
            JsonObject all = path.find(at) instanceof JsonObject object ? object : JsonObject.EMPTY;
            Map<String, Integer> counts = new HashMap<>();
            all.names().forEach(name -> counts.merge(snake(name), 1, Integer::sum));
            Map<String, Integer> used = new HashMap<>();
            StringBuilder labels = new StringBuilder(before);
            all.forEach(
                    (name, value) -> {
                        String shown = snake(name);
                        int number = used.merge(shown, 1, Integer::sum);
                        boolean alone = counts.getOrDefault(shown, 1) == 1;
                        labels.append(
                                Samples.label(
                                        prefix + "_" + shown + (alone ? "" : "_conflict" + number),
                                        Path.textOf(value)));
                    });
            out.add(labels.toString(), 1);
        };
    }

    private static String snake(String name) {
        return Resources.sanitized(name)
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    /// In units, to thousandths, rounded up.
    static String plain(Quantity amount) {
        long thousandths = amount.thousandths();
        return amount.isWhole() || thousandths == Long.MAX_VALUE
                ? Long.toString(amount.wholeUnits())
                : Quantity.ofMilli(thousandths).amount().stripTrailingZeros().toPlainString();
    }

    private static void owners(Scope at, String labels, boolean tellController, Samples out) {
        List<JsonObject> owners = at.root().object("metadata").array("ownerReferences").objects();
        for (JsonObject owner : owners.isEmpty() ? List.of(JsonObject.EMPTY) : owners) {
            String named =
                    labels
                            + Samples.label("owner_kind", owner.string("kind"))
                            + Samples.label("owner_name", owner.string("name"));
            String controller = owner.isEmpty() ? "" : Boolean.toString(owner.bool("controller"));
            out.add(
                    tellController
                            ? named + Samples.label("owner_is_controller", controller)
                            : named,
                    1);
        }
    }
}
