package kat.apiserver.oidc;

import java.io.IOException;
import java.net.URI;

/// Fetches documents.
///
/// **Threads:** any; waits for at most half a minute.
public interface HttpFetch {

    /// @throws IOException when there is no answer, or one that is no success
    byte[] get(URI address) throws IOException, InterruptedException;
}
