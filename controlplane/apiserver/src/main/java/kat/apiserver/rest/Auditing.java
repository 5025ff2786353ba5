package kat.apiserver.rest;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import kat.apiserver.audit.AuditHead;
import kat.apiserver.audit.Auditor;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;

/// Begins to tell the audit log of requests that come over HTTP.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/filters/audit.go`, `audit_init.go`, `authn_audit.go`.
final class Auditing {

    static final String HEADER = "audit-id";

    private final @Nullable Auditor auditor;

    /// @param auditor null for no log: nothing is done then
    Auditing(@Nullable Auditor auditor) {
        this.auditor = auditor;
    }

    /// @throws kat.api.StatusException when the log must be written and cannot
    void begin(Tracked exchange, RequestInfo info, User user) {
        if (auditor != null) {
            AuditHead head = head(auditor, exchange);
            exchange.audited(
                    auditor.begin(head, user, HttpApi.action(info)),
                    head.auditId(),
                    RequestTracker.isLongRunning(info));
        }
    }

    /// A request is refused before it is known who sent it.
    void turnedAway(Tracked exchange, RequestInfo info) {
        if (auditor != null) {
            AuditHead head = head(auditor, exchange);
            exchange.audited(
                    auditor.beginUnknown(head, HttpApi.action(info)), head.auditId(), false);
        }
    }

    private static AuditHead head(Auditor auditor, Tracked exchange) {
        Request request = exchange.request();
        String own = exchange.id();
        String agent = request.header("user-agent");
        String query = request.rawQuery();
        return new AuditHead(
                own.isEmpty() ? auditor.newId() : own,
                query.isEmpty() ? request.path() : request.path() + "?" + query,
                sources(request),
                agent == null ? "" : agent,
                auditor.now());
    }

    /// What proxies say about where the request comes from, then who really speaks.
    static List<String> sources(Request request) {
        String peer = request.peer().address();
        String forwarded = request.header("x-forwarded-for");
        String real = request.header("x-real-ip");
        if (forwarded == null && real == null) {
            return peer.isEmpty() ? List.of() : List.of(peer);
        }
        List<String> sources = new ArrayList<>();
        for (String part : (forwarded == null ? "" : forwarded).split(",", -1)) {
            add(sources, part.strip());
        }
        if (real != null && !sources.contains(real)) {
            add(sources, real);
        }
        if (!peer.isEmpty() && (sources.isEmpty() || !sources.getLast().equals(peer))) {
            sources.add(peer);
        }
        return sources;
    }

    private static void add(List<String> sources, String address) {
        try {
            sources.add(InetAddress.ofLiteral(address).getHostAddress());
        } catch (IllegalArgumentException noAddress) {
            // a proxy may write what it likes; only addresses are told
        }
    }
}
