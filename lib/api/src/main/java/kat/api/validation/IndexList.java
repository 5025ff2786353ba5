package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;

/// Indexes of a Job's pods as a text of intervals: `0-2,5`.
///
/// @param intervals first and last index of each
/// @param fault what is wrong with the text; empty when nothing
record IndexList(List<long[]> intervals, String fault) {

    static IndexList parse(String text, long completions) {
        List<long[]> intervals = new ArrayList<>();
        if (text.isEmpty()) {
            return new IndexList(intervals, "");
        }
        long previous = -1;
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (ends.length > 2) {
                return new IndexList(
                        List.of(),
                        "the fragment "
                                + Json.of(part)
                                + " violates the requirement that an index interval can have at"
                                + " most two parts separated by '-'");
            }
            for (String end : ends) {
                String fault = fault(end, completions);
                if (!fault.isEmpty()) {
                    return new IndexList(List.of(), fault);
                }
            }
            long first = Long.parseLong(ends[0]);
            long last = Long.parseLong(ends[ends.length - 1]);
            if (ends.length > 1 && first >= last) {
                return new IndexList(List.of(), order(first, last));
            }
            if (previous >= first) {
                return new IndexList(List.of(), order(previous, first));
            }
            previous = last;
            intervals.add(new long[] {first, last});
        }
        return new IndexList(intervals, "");
    }

    private static String order(long previous, long current) {
        return "non-increasing order, previous: " + previous + ", current: " + current;
    }

    private static String fault(String index, long completions) {
        try {
            return Integer.parseInt(index) >= completions
                    ? "too large index: " + Json.of(index)
                    : "";
        } catch (NumberFormatException notANumber) {
            return "cannot convert string to integer for index: " + Json.of(index);
        }
    }

    long total() {
        long total = 0;
        for (long[] interval : intervals) {
            total += interval[1] - interval[0] + 1;
        }
        return total;
    }

    /// The first index that both lists hold; -1 when there is none.
    long overlap(IndexList other) {
        for (long[] one : intervals) {
            for (long[] two : other.intervals()) {
                if (one[0] <= two[1] && two[0] <= one[1]) {
                    return Math.max(one[0], two[0]);
                }
            }
        }
        return -1;
    }
}
