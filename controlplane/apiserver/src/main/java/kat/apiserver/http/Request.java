package kat.apiserver.http;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request, complete with its body.
///
/// **Threads:** immutable.
public interface Request {

    String method();

    /// The path as it was sent, without the query.
    String path();

    /// What stands behind the question mark, as it was sent; empty when nothing does.
    String rawQuery();

    /// The first value of a header; null when absent.
    ///
    /// @param name in lower case
    @Nullable String header(String name);

    /// Every value of a header, in order.
    List<String> headers(String name);

    /// Every header with its value, names in lower case.
    List<Map.Entry<String, String>> allHeaders();

    /// Never change it.
    byte[] body();

    /// What the connection tells of the client.
    Peer peer();

    /// @param certificates the client's own, whose key it has, and those that it sent to lead
    ///     from it to an authority: nobody has looked yet whether they do; empty for none
    /// @param local whether the client runs on this machine
    record Peer(List<X509Certificate> certificates, boolean local, String address) {

        public Peer {
            certificates = List.copyOf(certificates);
        }
    }
}
