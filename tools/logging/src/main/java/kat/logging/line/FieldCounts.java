package kat.logging.line;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which fields lines have, and which values they have there most often.
///
/// **Limits:** [#MOST_FIELDS] names, the first that are seen; [#MOST_VALUES] values of each are
/// told, none longer than [#LONGEST_VALUE].
public final class FieldCounts {

    static final int MOST_FIELDS = 500;
    static final int MOST_VALUES = 10;
    static final int LONGEST_VALUE = 200; // characters

    private final Map<String, Map<String, Integer>> values = new TreeMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /// A field.
    ///
    /// @param count of lines that have it
    /// @param values the most frequent first
    public record Field(String name, int count, List<Value> values) {
        public Field {
            values = List.copyOf(values);
        }
    }

    /// A value of a field.
    ///
    /// @param count of lines that have it there
    public record Value(String value, int count) {}

    /// Counts the fields of a line that is a JSON object; others have none.
    public void add(String text) {
        LineFields.of(text)
                .forEach(
                        (name, value) -> {
                            if (counts.size() < MOST_FIELDS || counts.containsKey(name)) {
                                count(name, value);
                            }
                        });
    }

    private void count(String name, String value) {
        counts.merge(name, 1, Integer::sum);
        if (value.length() <= LONGEST_VALUE) {
            values.computeIfAbsent(name, key -> new TreeMap<>()).merge(value, 1, Integer::sum);
        }
    }

    /// The most frequent first, and by name.
    public List<Field> fields() {
        return counts.entrySet().stream()
                .map(each -> new Field(each.getKey(), each.getValue(), valuesOf(each.getKey())))
                .sorted(Comparator.comparingInt(Field::count).reversed().thenComparing(Field::name))
                .toList();
    }

    private List<Value> valuesOf(String name) {
        return values.getOrDefault(name, Map.of()).entrySet().stream()
                .map(each -> new Value(each.getKey(), each.getValue()))
                .sorted(
                        Comparator.comparingInt(Value::count)
                                .reversed()
                                .thenComparing(Value::value))
                .limit(MOST_VALUES)
                .toList();
    }
}
