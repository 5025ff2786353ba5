package kat.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import org.jspecify.annotations.Nullable;

/// Carries requests of HTTP to a server.
///
/// **Threads:** any; the caller's thread waits for the head of the answer.
@FunctionalInterface
public interface HttpCarrier {

    /// @throws IOException when the server cannot be reached or does not speak HTTP
    /// @throws InterruptedException when the caller is interrupted
    Carried carry(Wanted wanted) throws IOException, InterruptedException;

    /// A request.
    ///
    /// @param uri of which a carrier to one server may take only path and query
    /// @param headers names in lower case
    /// @param body null for none
    /// @param endsSoon whether the answer ends by itself, as that of a watch does not
    record Wanted(
            String method,
            URI uri,
            List<Map.Entry<String, String>> headers,
            @Nullable Json body,
            boolean endsSoon) {
        public Wanted {
            headers = List.copyOf(headers);
        }

        /// The body as it is sent; empty for none.
        public byte[] bytes() {
            return body == null ? new byte[0] : body.toBytes();
        }
    }

    /// An answer.
    ///
    /// @param body as it comes; belongs to the caller
    record Carried(int code, InputStream body) {}
}
