package kat.api.cel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every function that expressions may call, by name.
///
/// **Threads:** immutable.
///
/// **Source:** the CEL language definition, "List of Standard Definitions"; Kubernetes' CEL
/// environment of version 1.36.
final class Functions {

    private static final Map<String, List<Overload>> ALL = all();

    private Functions() {}

    /// Takes definitions while the table is made.
    static final class Table {
        private final Map<String, List<Overload>> byName = new HashMap<>();

        /// @param signature such as `string|contains(string):bool`; without `|` a global function
        void put(String signature, Overload.Body body) {
            Overload overload = Overload.of(signature, body);
            byName.computeIfAbsent(overload.function(), _ -> new ArrayList<>()).add(overload);
        }
    }

    private static Map<String, List<Overload>> all() {
        Table table = new Table();
        OperatorFunctions.addTo(table);
        ConversionFunctions.addTo(table);
        TextFunctions.addTo(table);
        ListFunctions.addTo(table);
        TimeFunctions.addTo(table);
        OptionalFunctions.addTo(table);
        QuantityFunctions.addTo(table);
        AddressFunctions.addTo(table);
        UrlFunctions.addTo(table);
        SemverFunctions.addTo(table);
        FormatFunctions.addTo(table);
        AuthorizerFunctions.addTo(table);
        return Map.copyOf(table.byName);
    }

    static boolean has(String name) {
        return ALL.containsKey(name);
    }

    static List<Overload> named(String name) {
        return ALL.getOrDefault(name, List.of());
    }
}
