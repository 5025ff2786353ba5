package kat.ingress.route;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What servers of a Service speak: HTTP/1.1, or HTTP/2 for gRPC; with TLS or without.
public enum BackendProtocol {
    HTTP(false, false),
    HTTPS(true, false),
    GRPC(false, true),
    GRPCS(true, true);

    private final boolean tls;
    private final boolean http2;

    BackendProtocol(boolean tls, boolean http2) {
        this.tls = tls;
        this.http2 = http2;
    }

    public boolean isTls() {
        return tls;
    }

    public boolean isHttp2() {
        return http2;
    }

    /// Null for what is none of them.
    static @Nullable BackendProtocol find(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "HTTP", "AUTO_HTTP" -> HTTP;
            case "HTTPS" -> HTTPS;
            case "GRPC" -> GRPC;
            case "GRPCS" -> GRPCS;
            default -> null;
        };
    }
}
