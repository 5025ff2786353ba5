package kat.apiserver.http;

/// @param host the address to listen on
/// @param port 0 for any free one
/// @param threads how many event loops
/// @param maxBodyBytes larger requests are refused with 413
public record HttpConfig(String host, int port, int threads, int maxBodyBytes) {

    /// The size at which Kubernetes refuses a body.
    public static final int DEFAULT_MAX_BODY_BYTES = 3 * 1024 * 1024;
}
