package kat.apiserver.http;

import java.util.List;

/// Truth in a query.
///
/// **Source:** `Convert_Slice_string_To_bool` in `k8s.io/apimachinery/pkg/runtime/conversion.go`.
public final class QueryFlag {

    private QueryFlag() {}

    /// Whether a parameter says yes: it is there, and its first value is neither `0` nor a `false`
    /// in whatever case. Python's clients, for one, send `True`.
    ///
    /// @param values of the parameter, in the order in which they stand in the query
    public static boolean isTrue(List<String> values) {
        return !values.isEmpty()
                && !values.getFirst().equals("0")
                && !values.getFirst().equalsIgnoreCase("false");
    }
}
