package kat.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import kat.api.Quantity;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Amounts of resources by name: thousandths of a core for `cpu`, bytes for `memory` and
/// `ephemeral-storage`, pieces for others. Absent is zero.
///
/// Immutable. A few names in sorted arrays, since every decision looks at those of hundreds of
/// nodes.
public final class Resources {

    public static final Resources NONE = new Resources(new String[0], new long[0]);

    private final String[] names; // sorted
    private final long[] amounts;

    private Resources(String[] names, long[] amounts) {
        this.names = names;
        this.amounts = amounts;
    }

    static Resources of(Map<String, Long> amounts) {
        TreeMap<String, Long> sorted = new TreeMap<>(amounts);
        return new Resources(
                sorted.keySet().stream().map(String::intern).toArray(String[]::new),
                sorted.values().stream().mapToLong(Long::longValue).toArray());
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
        return of(amounts);
    }

    private static long amount(String name, String text) {
        Quantity quantity = Quantity.parse(text);
        return name.equals("cpu") ? quantity.thousandths() : quantity.wholeUnits();
    }

    public long get(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return amounts[i];
            }
        }
        return 0;
    }

    /// How many names have an amount, be it zero.
    public int size() {
        return names.length;
    }

    /// @param index in the order of names
    public String name(int index) {
        return names[index];
    }

    /// @param index in the order of names
    public long amount(int index) {
        return amounts[index];
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
        return merge(other, (_, theirs) -> theirs);
    }

    /// The same names, with the amounts that `other` has of them.
    Resources amountsFrom(Resources other) {
        long[] taken = new long[names.length];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = other.get(names[i]);
        }
        return new Resources(names, taken);
    }

    /// @param how what `other` has is joined to what these have
    private Resources merge(Resources other, LongBinaryOperator how) {
        if (other.names.length == 0) {
            return this;
        }
        if (Arrays.equals(names, other.names)) {
            long[] joined = new long[amounts.length];
            for (int i = 0; i < joined.length; i++) {
                joined[i] = how.applyAsLong(amounts[i], other.amounts[i]);
            }
            return new Resources(names, joined);
        }
        TreeMap<String, Long> joined = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            joined.put(names[i], amounts[i]);
        }
        for (int i = 0; i < other.names.length; i++) {
            String name = other.names[i];
            joined.put(name, how.applyAsLong(get(name), other.amounts[i]));
        }
        return of(joined);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resources that
                && Arrays.equals(names, that.names)
                && Arrays.equals(amounts, that.amounts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(names) * 31 + Arrays.hashCode(amounts);
    }

    @Override
    public String toString() {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            pairs.add(names[i] + "=" + amounts[i]);
        }
        return String.join(",", pairs);
    }
}
