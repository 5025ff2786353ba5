package kat.apiserver.audit;

import java.time.Instant;
import java.util.List;

/// What is known of a request before anything was done with it.
///
/// @param auditId as the client chose it, or a random one
/// @param uri path and query as they were sent
/// @param sourceIps through whom it came, the one that speaks to this server last
/// @param userAgent shortened where it is very long
public record AuditHead(
        String auditId, String uri, List<String> sourceIps, String userAgent, Instant received) {

    private static final int LONGEST_AGENT = 1024;

    public AuditHead {
        sourceIps = List.copyOf(sourceIps);
        if (userAgent.length() > LONGEST_AGENT) {
            userAgent = userAgent.substring(0, LONGEST_AGENT) + "...TRUNCATED";
        }
    }
}
