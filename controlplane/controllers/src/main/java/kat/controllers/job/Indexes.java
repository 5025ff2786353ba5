package kat.controllers.job;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// Completion indexes of an Indexed job, written as `0-2,5`.
final class Indexes {

    static final String KEY = "batch.kubernetes.io/job-completion-index";

    private Indexes() {}

    static NavigableSet<Integer> parse(String text) {
        NavigableSet<Integer> indexes = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            for (int i = first; i <= last; i++) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    static String format(NavigableSet<Integer> indexes) {
        List<String> parts = new ArrayList<>();
        Integer first = null;
        Integer last = null;
        for (Integer index : indexes) {
            if (first != null && last != null && index == last + 1) {
                last = index;
                continue;
            }
            add(parts, first, last);
            first = index;
            last = index;
        }
        add(parts, first, last);
        return String.join(",", parts);
    }

    private static void add(List<String> parts, @Nullable Integer first, @Nullable Integer last) {
        if (first == null || last == null) {
            return;
        }
        // Two neighbours stand apart, as Kubernetes writes them.
        parts.add(
                first.equals(last)
                        ? first.toString()
                        : first + (last == first + 1 ? "," : "-") + last);
    }

    /// The pod's index; -1 when it has none.
    static int of(KubeObject pod) {
        String text = pod.annotation(KEY);
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }
}
