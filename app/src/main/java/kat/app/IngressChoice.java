package kat.app;

import java.util.List;
import kat.api.json.JsonObject;
import kat.app.ClusterConfig.ConfigException;

/// Where Ingress listens.
///
/// @param httpPort key `ingressHttpPort`, 0 to 65535, default 0: 80 or, where that cannot be had, a
///     free one from 8080 on
/// @param httpsPort key `ingressHttpsPort`, 0 to 65535, default 0: 443 or, where that cannot be
///     had, a free one from 8443 on
public record IngressChoice(int httpPort, int httpsPort) {

    public static final String HTTP_PORT = "ingressHttpPort";
    public static final String HTTPS_PORT = "ingressHttpsPort";

    static final List<String> KEYS = List.of(HTTP_PORT, HTTPS_PORT);

    /// Usual ports, or others where they cannot be had.
    public static final IngressChoice AUTOMATIC = new IngressChoice(0, 0);

    private static final int LAST_PORT = 65_535;

    public IngressChoice {
        requirePort(HTTP_PORT, httpPort);
        requirePort(HTTPS_PORT, httpsPort);
        ConfigException.require(
                httpPort == 0 || httpPort != httpsPort,
                HTTPS_PORT,
                httpsPort,
                "another port than " + HTTP_PORT);
    }

    private static void requirePort(String key, int port) {
        ConfigException.require(port >= 0 && port <= LAST_PORT, key, port, "0 to " + LAST_PORT);
    }

    static IngressChoice parse(JsonObject tree, IngressChoice base) {
        return new IngressChoice(
                ClusterConfig.number(tree, HTTP_PORT, base.httpPort),
                ClusterConfig.number(tree, HTTPS_PORT, base.httpsPort));
    }

    /// Adds what was chosen; nothing when nothing was.
    void addTo(JsonObject.Builder json) {
        if (!equals(AUTOMATIC)) {
            json.put(HTTP_PORT, httpPort).put(HTTPS_PORT, httpsPort);
        }
    }
}
