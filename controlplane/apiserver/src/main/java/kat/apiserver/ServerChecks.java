package kat.apiserver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import kat.apiserver.rest.Health;
import kat.store.Store;
import kat.store.StoreException;

/// What the server checks of itself. The checks have Kubernetes' names, so that probes which name
/// or exclude some keep working.
///
/// @param store what it asks
/// @param isBootstrapped whether everything is there that was to be made at the start
/// @param isClosing whether the server is about to end
/// @param isServing whether the certificate that the server shows is still valid
record ServerChecks(
        Store store,
        BooleanSupplier isBootstrapped,
        BooleanSupplier isClosing,
        BooleanSupplier isServing) {

    private static final System.Logger LOG = System.getLogger(ServerChecks.class.getName());

    /// How long the check `etcd` waits, as kube-apiserver's does.
    private static final Duration STORE_PROBE = Duration.ofSeconds(2);

    List<Health.Check> all() {
        List<Health.Check> checks = new ArrayList<>();
        checks.add(Health.Check.of("ping", () -> true));
        checks.add(Health.Check.of("log", () -> true));
        checks.add(Health.Check.of("etcd", this::storeAnswers));
        checks.add(Health.Check.ofReadiness("etcd-readiness", () -> true));
        checks.add(Health.Check.ofReadiness("informer-sync", isBootstrapped));
        for (String part : BootstrapData.STARTED_PARTS) {
            checks.add(Health.Check.of(part, isBootstrapped));
        }
        checks.add(
                new Health.Check(
                        "loopback-serving-certificate", Set.of("healthz", "livez"), isServing));
        checks.add(Health.Check.ofReadiness("shutdown", () -> !isClosing.getAsBoolean()));
        return checks;
    }

    boolean storeAnswers() {
        try {
            store.probe(STORE_PROBE);
            return true;
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.DEBUG, "the store gives no answer", e);
            return false;
        }
    }
}
