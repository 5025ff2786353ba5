package kat.ingress;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import kat.ingress.proxy.FrontEnd;

/// Where the front end listens.
///
/// @param http its port
/// @param https its port
record Listening(int http, int https) {

    static final int HTTP = 80;
    static final int HTTPS = 443;

    private static final Logger LOG = System.getLogger("kat.ingress");

    /// Begins to listen on all addresses of the configuration, and on further ones that can be
    /// had.
    ///
    /// @throws IOException when a port that was asked for cannot be had
    static Listening open(FrontEnd front, IngressConfig config) throws IOException {
        int http = open(front, config.hosts(), config.httpPorts(), false);
        int https = open(front, config.hosts(), config.httpsPorts(), true);
        for (String host : config.also()) {
            tryAlso(front, host, http, false);
            tryAlso(front, host, https, true);
        }
        return new Listening(http, https);
    }

    private static void tryAlso(FrontEnd front, String host, int port, boolean secure) {
        try {
            int unused = front.listen(host, port, secure);
        } catch (IOException e) {
            LOG.log(Level.INFO, "ingress listens elsewhere only error={0}", e.getMessage());
        }
    }

    private static int open(FrontEnd front, List<String> hosts, List<Integer> ports, boolean secure)
            throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (int port : ports) {
            try {
                int got = front.listen(hosts.getFirst(), port, secure);
                for (String host : hosts.subList(1, hosts.size())) {
                    int unused = front.listen(host, got, secure);
                }
                return got;
            } catch (IOException e) {
                failures.add(e);
            }
        }
        throw failures.getFirst();
    }

    /// For people.
    String urls(String host) {
        return "http://%s%s and https://%s%s"
                .formatted(
                        host,
                        http == HTTP ? "" : ":" + http,
                        host,
                        https == HTTPS ? "" : ":" + https);
    }
}
