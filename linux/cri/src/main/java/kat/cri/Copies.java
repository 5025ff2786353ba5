package kat.cri;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Copies that iterate in the same order on every run.
final class Copies {

    private Copies() {}

    static <V> Map<String, V> map(Map<String, V> of) {
        return of.isEmpty() ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(of));
    }
}
