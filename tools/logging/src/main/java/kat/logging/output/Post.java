package kat.logging.output;

import java.io.IOException;

/// Sends a batch and waits for the answer.
@FunctionalInterface
public interface Post {

    /// An answer.
    interface Reply {
        /// Of HTTP.
        int code();

        /// The header of that name; empty when there is none.
        String retryAfter();

        byte[] body();
    }

    /// @param path below the address of the store
    /// @throws IOException when there is no whole answer, or none in time
    /// @throws InterruptedException when the caller is interrupted while it waits
    Reply send(String path, String contentType, byte[] body)
            throws IOException, InterruptedException;
}
