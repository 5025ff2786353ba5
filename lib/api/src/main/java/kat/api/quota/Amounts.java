package kat.api.quota;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Quantities by the name of their resource.
///
/// @param byName sorted by name
public record Amounts(SortedMap<String, Quantity> byName) {

    public static final Amounts NONE = new Amounts(Collections.emptySortedMap());

    public Amounts {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    public static Amounts of(String name, Quantity amount) {
        return new Amounts(new TreeMap<>(Map.of(name, amount)));
    }

    /// What a `ResourceList` says; entries that are no quantities are left out.
    public static Amounts parse(JsonObject list) {
        if (list.isEmpty()) {
            return NONE;
        }
        TreeMap<String, Quantity> found = new TreeMap<>();
        list.forEach(
                (name, value) -> {
                    Quantity amount =
                            switch (value) {
                                case JsonString(String text) -> Quantity.tryParse(text);
                                case JsonNumber number -> Quantity.tryParse(number.toString());
                                default -> null;
                            };
                    if (amount != null) {
                        found.put(name, amount);
                    }
                });
        return new Amounts(found);
    }

    public JsonObject toJson() {
        JsonObject.Builder list = JsonObject.builder();
        byName.forEach((name, amount) -> list.put(name, Json.of(amount.toString())));
        return list.build();
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /// Zero when there is none of that name.
    public Quantity get(String name) {
        return byName.getOrDefault(name, Quantity.ZERO);
    }

    public Amounts with(String name, Quantity amount) {
        TreeMap<String, Quantity> all = new TreeMap<>(byName);
        all.put(name, amount);
        return new Amounts(all);
    }

    public Amounts plus(Amounts other) {
        return merged(other, Quantity::plus);
    }

    /// The larger of both, name by name.
    public Amounts max(Amounts other) {
        return merged(other, (mine, theirs) -> theirs.compareTo(mine) > 0 ? theirs : mine);
    }

    /// These, with those of `other` in place of any of the same name.
    public Amounts replacedBy(Amounts other) {
        return merged(other, (mine, theirs) -> theirs);
    }

    private Amounts merged(Amounts other, BinaryOperator<Quantity> how) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        TreeMap<String, Quantity> all = new TreeMap<>(byName);
        other.byName.forEach((name, amount) -> all.merge(name, amount, how));
        return new Amounts(all);
    }

    /// The difference, but nothing below zero; what only `other` names is zero.
    public Amounts minusOrZero(Amounts other) {
        TreeMap<String, Quantity> all = new TreeMap<>();
        byName.forEach(
                (name, amount) -> {
                    Quantity rest = amount.minus(other.get(name));
                    all.put(name, rest.signum() > 0 ? rest : Quantity.ZERO);
                });
        other.byName.keySet().forEach(name -> all.putIfAbsent(name, Quantity.ZERO));
        return new Amounts(all);
    }

    public Amounts only(Collection<String> names) {
        return filtered(entry -> names.contains(entry.getKey()));
    }

    public Amounts withoutZeros() {
        return filtered(entry -> !entry.getValue().isZero());
    }

    /// Those below zero.
    public Amounts negatives() {
        return filtered(entry -> entry.getValue().signum() < 0);
    }

    /// Those that are more than `limits` allow; what these do not name has no limit.
    public Amounts exceeding(Amounts limits) {
        return filtered(
                entry ->
                        limits.has(entry.getKey())
                                && entry.getValue().compareTo(limits.get(entry.getKey())) > 0);
    }

    private Amounts filtered(Predicate<Map.Entry<String, Quantity>> kept) {
        TreeMap<String, Quantity> all = new TreeMap<>();
        for (Map.Entry<String, Quantity> entry : byName.entrySet()) {
            if (kept.test(entry)) {
                all.put(entry.getKey(), entry.getValue());
            }
        }
        return new Amounts(all);
    }

    /// `name=amount,name=amount`, as refusals quote it.
    @Override
    public String toString() {
        return byName.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
