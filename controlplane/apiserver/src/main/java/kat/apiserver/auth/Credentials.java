package kat.apiserver.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/// What a request shows of who sends it.
///
/// **Threads:** immutable.
public interface Credentials {

    /// The client's own, whose key it has, and those that it sent beside: not verified; empty
    /// for none.
    List<X509Certificate> certificates();

    /// Every value of a header, in order.
    ///
    /// @param name in lower case
    List<String> headers(String name);

    /// Every header with its value.
    List<Map.Entry<String, String>> allHeaders();

    /// The path that is asked for; empty when that is not known.
    default String path() {
        return "";
    }

    /// The first value of a header; empty when absent.
    ///
    /// @param name in lower case
    default String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? "" : values.getFirst();
    }
}
