package kat.ingress.proxy;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;

/// What is known of methods.
final class Methods {

    private static final Set<HttpMethod> REPEATABLE =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.OPTIONS,
                    HttpMethod.PUT,
                    HttpMethod.DELETE);

    private Methods() {}

    /// Whether asking twice does no more than asking once (RFC 9110 §9.2.2).
    static boolean isRepeatable(HttpMethod method) {
        return REPEATABLE.contains(method);
    }

    /// The name under which requests are counted: those of no method of HTTP's together.
    static String label(HttpMethod method) {
        boolean changing = method.equals(HttpMethod.POST) || method.equals(HttpMethod.PATCH);
        return isRepeatable(method) || changing ? method.name() : "OTHER";
    }
}
