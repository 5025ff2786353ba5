package kat.apiserver.registry;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Moments as Kubernetes writes them: RFC 3339 in whole seconds.
public final class Times {

    private Times() {}

    public static String format(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
