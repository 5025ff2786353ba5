package kat.ingress.route;

import java.util.SequencedMap;
import java.util.Set;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// One rule of an Ingress, ready to be used.
///
/// @param ingress the Ingress it comes from
/// @param host as its rule has it; empty for every host
/// @param secured whether a certificate was found for its host
/// @param canary null for none
/// @param users who may come with a password; null for everyone
/// @param authenticator who is asked before requests pass; null for nobody
/// @param headers of every answer
/// @param pages what takes the place of errors; null for nothing
/// @param refusal why it answers 503; empty for no reason
public record Route(
        ObjectKey ingress,
        String host,
        PathRule path,
        Settings settings,
        Upstream upstream,
        boolean secured,
        @Nullable Canary canary,
        @Nullable Users users,
        @Nullable Authenticator authenticator,
        SequencedMap<String, String> headers,
        @Nullable Pages pages,
        String refusal) {

    /// Another Service that takes a share of a route's requests.
    public record Canary(ObjectKey ingress, Settings.CanaryRule rule, Upstream upstream) {}

    /// A Service whose pages take the place of answers.
    ///
    /// @param codes statuses of those answers
    public record Pages(Set<Integer> codes, Upstream upstream) {
        public Pages {
            codes = Set.copyOf(codes);
        }
    }

    /// Whether requests are passed on without a question over HTTPS, and over HTTP where that is
    /// not to be left.
    public boolean isPlain(boolean secure) {
        Settings.Redirects redirects = settings.redirects();
        boolean toHttps = redirects.forceSsl() || (redirects.ssl() && secured);
        return (secure || !toHttps)
                && refusal.isEmpty()
                && redirects.location().isEmpty()
                && settings.rewrite().appRoot().isEmpty()
                && settings.access().isOpen()
                && !settings.rates().isLimiting()
                && settings.cors() == null;
    }

    Route withCanary(Canary other) {
        return new Route(
                ingress,
                host,
                path,
                settings,
                upstream,
                secured,
                other,
                users,
                authenticator,
                headers,
                pages,
                refusal);
    }
}
