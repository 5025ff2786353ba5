package kat.apiserver;

import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.strategy.FeatureGates;
import kat.apiserver.audit.AuditConfig;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.encryption.EncryptionConfig;
import kat.apiserver.http.Handler;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.http.PageFiles;
import kat.apiserver.oidc.AuthenticationConfig;
import kat.apiserver.trace.TracingConfig;
import kat.apiserver.webhook.AuthorizationConfig;
import kat.apiserver.webhook.TokenWebhookConfig;
import org.jspecify.annotations.Nullable;

/// How one API server is set up.
///
/// @param listen where it listens
/// @param advertise the address under which it is known in the cluster
/// @param pki the folder of certificates and keys
/// @param names further DNS names of the serving certificate
/// @param addresses further addresses of the serving certificate
/// @param services what Services are given
/// @param guards what watches over requests and data
/// @param page the folder of the built page of the dashboard, read when asked for; null for none
public record ApiServerConfig(
        Listen listen,
        String advertise,
        Path pki,
        List<String> names,
        List<String> addresses,
        Services services,
        Guards guards,
        @Nullable Path page) {

    /// @param host an address of this machine; `127.0.0.1` by default
    /// @param port 0 for any free one
    public record Listen(String host, int port) {}

    /// @param ranges addresses of Services: an IPv4 range, for example `10.96.0.0/16`, and after it
    ///     an IPv6 range where there are two families, for example `fd00:10:96::/112`
    /// @param firstNodePort default 30000
    /// @param lastNodePort default 32767
    /// @param domain of the cluster's DNS
    public record Services(
            List<String> ranges, int firstNodePort, int lastNodePort, String domain) {

        public static final Services DEFAULT =
                new Services(List.of("10.96.0.0/16"), 30_000, 32_767, "cluster.local");

        public Services {
            ranges = List.copyOf(ranges);
        }

        /// The `index`-th address of the first range; the first is the API server's own.
        public String address(int index) {
            String[] parts = ranges.getFirst().split("[./]", -1);
            long base = 0;
            for (int i = 0; i < 4; i++) {
                base = base << 8 | Long.parseLong(parts[i]);
            }
            long found = base + index;
            return (found >> 24 & 255)
                    + "."
                    + (found >> 16 & 255)
                    + "."
                    + (found >> 8 & 255)
                    + "."
                    + (found & 255);
        }
    }

    /// What options choose: who is told of requests, how data is protected, which features are on.
    ///
    /// @param audit null for no audit log
    /// @param encryption how objects are sealed where they lie outside this process
    /// @param authentication who may sign in
    /// @param tokenWebhook who judges further tokens; null for nobody
    /// @param logsRequests whether the server's log tells each request
    /// @param gates features that are off by default
    /// @param tracing where traces of requests go; null for no traces
    /// @param options by which all this was chosen
    public record Guards(
            @Nullable AuditConfig audit,
            EncryptionConfig encryption,
            AuthenticationConfig authentication,
            @Nullable TokenWebhookConfig tokenWebhook,
            AuthorizationConfig authorization,
            boolean logsRequests,
            FeatureGates gates,
            @Nullable TracingConfig tracing,
            ServerOptions options) {

        public static final Guards NONE =
                new Guards(
                        null,
                        EncryptionConfig.NONE,
                        AuthenticationConfig.NONE,
                        null,
                        AuthorizationConfig.DEFAULT,
                        false,
                        FeatureGates.DEFAULT,
                        null,
                        ServerOptions.NONE);
    }

    /// The same with other guards.
    public ApiServerConfig guardedBy(Guards other) {
        return new ApiServerConfig(listen, advertise, pki, names, addresses, services, other, page);
    }

    /// The same with other ranges of Services' addresses.
    public ApiServerConfig givingOut(List<String> ranges) {
        Services other =
                new Services(
                        ranges,
                        services.firstNodePort(),
                        services.lastNodePort(),
                        services.domain());
        return new ApiServerConfig(listen, advertise, pki, names, addresses, other, guards, page);
    }

    public ApiServerConfig {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
    }

    /// What was chosen, under the names of kube-apiserver's options.
    SortedMap<String, String> flags() {
        SortedMap<String, String> flags = new TreeMap<>(guards.options().values());
        flags.put("advertise-address", advertise);
        flags.put("bind-address", listen.host());
        flags.put("secure-port", Integer.toString(listen.port()));
        flags.put("service-cluster-ip-range", String.join(",", services.ranges()));
        flags.put(
                "service-node-port-range",
                services.firstNodePort() + "-" + services.lastNodePort());
        return flags;
    }

    /// On loopback, any free port, usual ranges.
    public static ApiServerConfig local(Path pki) {
        return new ApiServerConfig(
                new Listen("127.0.0.1", 0),
                "127.0.0.1",
                pki,
                List.of(),
                List.of(),
                Services.DEFAULT,
                Guards.NONE,
                null);
    }

    /// The server that listens, not started.
    HttpServer server(SslContext context, Handler api) {
        return new HttpServer(http(), () -> context, PageFiles.before(api, page));
    }

    HttpConfig http() {
        return new HttpConfig(
                listen.host(),
                listen.port(),
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                HttpConfig.DEFAULT_MAX_BODY_BYTES);
    }
}
