package kat.apiserver.http;

/// @param host the address to listen on
/// @param port 0 for any free one
/// @param threads how many event loops
/// @param maxBodyBytes larger requests are refused with 413
/// @param limits for clients that are slow, silent or greedy
public record HttpConfig(String host, int port, int threads, int maxBodyBytes, HttpLimits limits) {

    /// The size at which Kubernetes refuses a body.
    public static final int DEFAULT_MAX_BODY_BYTES = 3 * 1024 * 1024;

    /// With the limits of Kubernetes.
    public HttpConfig(String host, int port, int threads, int maxBodyBytes) {
        this(host, port, threads, maxBodyBytes, HttpLimits.DEFAULT);
    }
}
