package kat.ingress.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.ObjectKey;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// What the annotations of one Ingress say, with ingress-nginx's defaults for what they do not.
///
/// @param canary null unless the Ingress takes a share of another's requests
/// @param cors null unless it is switched on
/// @param affinity null unless clients stay with their server
/// @param pages null unless a Service shows pages in place of errors
/// @param hashBy requests for which it says the same go to the same server; holds variables of
///     nginx; empty for servers in turn
/// @param refusal why its routes answer 503 instead of being open to everyone; empty for no
///     reason
public record Settings(
        Rewrite rewrite,
        Redirects redirects,
        Limits limits,
        Rates rates,
        Access access,
        Outgoing outgoing,
        @Nullable CanaryRule canary,
        @Nullable Cors cors,
        @Nullable Affinity affinity,
        @Nullable Pages pages,
        String hashBy,
        String refusal) {

    /// @param target what the path becomes, with `$1` for groups; empty for no change
    /// @param regex whether paths are regular expressions
    /// @param appRoot where `/` leads; empty for nowhere
    public record Rewrite(String target, boolean regex, String appRoot) {}

    /// @param ssl to HTTPS where there is a certificate
    /// @param forceSsl to HTTPS in any case
    /// @param location every request leads there; empty for none
    /// @param code of that redirect
    /// @param www between the host and `www.` before it
    public record Redirects(
            boolean ssl, boolean forceSsl, String location, int code, boolean www) {}

    /// @param bodyBytes larger requests are refused with 413; 0 for no limit
    /// @param connectSeconds until a connection stands
    /// @param readSeconds between two pieces of an answer
    /// @param sendSeconds between two pieces of a request
    /// @param tries how many servers are asked at most; 0 for all
    public record Limits(
            long bodyBytes, int connectSeconds, int readSeconds, int sendSeconds, int tries) {}

    /// What one client may ask at most; 0 for no limit.
    ///
    /// @param perSecond a million at most, as `perMinute`
    /// @param connections requests at once
    /// @param burst how many times the rate may come at once; a thousand at most
    /// @param exempt who is not limited
    public record Rates(
            int perSecond, int perMinute, int connections, int burst, List<AddressRange> exempt) {
        private static final int MOST = 1_000_000;
        private static final int MOST_BURST = 1000;

        public Rates {
            perSecond = Math.min(perSecond, MOST);
            perMinute = Math.min(perMinute, MOST);
            burst = Math.min(burst, MOST_BURST);
            exempt = List.copyOf(exempt);
        }

        /// Whether there is any limit.
        public boolean isLimiting() {
            return perSecond > 0 || perMinute > 0 || connections > 0;
        }
    }

    /// @param allowed empty for everyone
    /// @param password null for none
    /// @param external who is asked besides; null for nobody
    /// @param certificates what is wanted of clients' certificates; null for nothing
    /// @param satisfiesAny whether one of address, password and authenticator is enough
    public record Access(
            List<AddressRange> allowed,
            List<AddressRange> denied,
            @Nullable Password password,
            @Nullable ExternalAuth external,
            ClientAuth.@Nullable Rule certificates,
            boolean satisfiesAny) {
        public Access {
            allowed = List.copyOf(allowed);
            denied = List.copyOf(denied);
        }

        public boolean isOpen() {
            return allowed.isEmpty() && denied.isEmpty() && password == null;
        }
    }

    /// @param secret with htpasswd lines in `auth`, or with a user a key
    /// @param byKey whether each key of the Secret is a user
    /// @param realm told to the client
    public record Password(ObjectKey secret, boolean byKey, String realm) {}

    /// What requests on their way to the servers are given.
    ///
    /// @param host the Host they see; empty for the client's
    /// @param prefix of the header X-Forwarded-Prefix; empty for none
    /// @param headers a ConfigMap of headers of answers; null for none
    /// @param aliases further hosts
    /// @param direct whether requests go to the Service's own address
    /// @param tls towards servers that speak it
    public record Outgoing(
            BackendProtocol protocol,
            String host,
            String prefix,
            @Nullable ObjectKey headers,
            List<String> aliases,
            boolean direct,
            Tls tls) {
        public Outgoing {
            aliases = List.copyOf(aliases);
        }

        /// Over HTTP, and nothing else.
        static final Outgoing PLAIN =
                new Outgoing(
                        BackendProtocol.HTTP,
                        "",
                        "",
                        null,
                        List.of(),
                        false,
                        new Tls("", false, false, null));
    }

    /// @param codes statuses of answers that a page takes the place of
    /// @param service that shows pages, of the Ingress' namespace; it also has the requests for
    ///     which no server is ready
    public record Pages(Set<Integer> codes, String service) {
        public Pages {
            codes = Set.copyOf(codes);
        }
    }

    /// @param name of the servers; empty for the Service's
    /// @param tellsName whether servers are told the name they are asked for
    /// @param verifies whether their certificates are looked at
    /// @param secret whom to trust and what to show; null for none
    public record Tls(
            String name, boolean tellsName, boolean verifies, @Nullable ObjectKey secret) {}

    /// @param weight requests of `total` that go to the canary
    /// @param header whose value `always` or `never` decides; empty for none
    /// @param headerValue the value that leads to the canary; empty for `always`
    /// @param headerPattern matched by values that lead to the canary
    /// @param cookie whose value `always` or `never` decides; empty for none
    public record CanaryRule(
            int weight,
            int total,
            String header,
            String headerValue,
            @Nullable Regex headerPattern,
            String cookie) {}

    /// @param origins `*`, or origins of which the first label may be `*`
    /// @param maxAge seconds; as text
    public record Cors(
            List<String> origins,
            String methods,
            String headers,
            String expose,
            boolean credentials,
            String maxAge) {
        private static final String ANY = "*";

        public Cors {
            origins = List.copyOf(origins);
        }

        /// What the answer to a page of an origin names as allowed; null for nothing.
        ///
        /// @param origin of the page; null or empty where the request tells none
        public @Nullable String allowed(@Nullable String origin) {
            if (origins.contains(ANY)) {
                return ANY;
            }
            if (origin == null) {
                return null;
            }
            String lower = origin.toLowerCase(Locale.ROOT);
            boolean matches =
                    origins.stream()
                            .anyMatch(each -> matches(each.toLowerCase(Locale.ROOT), lower));
            return matches ? origin : null;
        }

        private static boolean matches(String pattern, String origin) {
            int star = pattern.indexOf(ANY);
            return star < 0
                    ? pattern.equals(origin)
                    : origin.length() >= pattern.length()
                            && origin.startsWith(pattern.substring(0, star))
                            && origin.endsWith(pattern.substring(star + 1));
        }
    }

    /// @param cookie its name
    /// @param attributes of the cookie but its path, beginning with `;`
    /// @param path empty for the route's
    /// @param secure whether it is for HTTPS only; null for what came over HTTPS
    public record Affinity(
            String cookie, String attributes, String path, @Nullable Boolean secure) {}
}
