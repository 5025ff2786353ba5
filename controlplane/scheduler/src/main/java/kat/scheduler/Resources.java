package kat.scheduler;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import kat.api.Quantity;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Amounts of resources by name: thousandths of a core for `cpu`, bytes for `memory` and
/// `ephemeral-storage`, pieces for others. Absent is zero.
///
/// @param amounts sorted by name
public record Resources(SortedMap<String, Long> amounts) {

    public static final Resources NONE = new Resources(Collections.emptySortedMap());

    public Resources {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    static Resources parse(JsonObject list) {
        if (list.isEmpty()) {
            return NONE;
        }
        TreeMap<String, Long> amounts = new TreeMap<>();
        list.forEach(
                (name, value) -> {
                    switch (value) {
                        case JsonString(String text) -> amounts.put(name, amount(name, text));
                        case JsonNumber number ->
                                amounts.put(name, amount(name, number.toString()));
                        default -> amounts.put(name, 0L);
                    }
                });
        return new Resources(amounts);
    }

    private static long amount(String name, String text) {
        Quantity quantity = Quantity.parse(text);
        return name.equals("cpu") ? quantity.thousandths() : quantity.wholeUnits();
    }

    public long get(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    public Resources plus(Resources other) {
        return merge(other, Long::sum);
    }

    Resources minus(Resources other) {
        return merge(other, (mine, theirs) -> mine - theirs);
    }

    Resources max(Resources other) {
        return merge(other, Math::max);
    }

    /// These amounts, with those of `other` in place of any of the same name.
    Resources replacedBy(Resources other) {
        TreeMap<String, Long> joined = new TreeMap<>(amounts);
        joined.putAll(other.amounts);
        return new Resources(joined);
    }

    private Resources merge(Resources other, LongBinaryOperator how) {
        if (other.amounts.isEmpty()) {
            return this;
        }
        TreeMap<String, Long> joined = new TreeMap<>(amounts);
        for (Map.Entry<String, Long> entry : other.amounts.entrySet()) {
            joined.put(entry.getKey(), how.applyAsLong(get(entry.getKey()), entry.getValue()));
        }
        return new Resources(joined);
    }
}
