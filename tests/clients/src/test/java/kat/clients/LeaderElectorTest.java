package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.util.Config;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The official Java client's leader election.
@ExtendWith(LiveCluster.Shared.class)
class LeaderElectorTest {

    private static final String NAMESPACE = "default";
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final int PATIENCE_SECONDS = 120;

    private ApiClient client;
    private String lease;

    /// Somebody who would like to lead.
    private final class Candidate implements AutoCloseable {

        private final CountDownLatch leads = new CountDownLatch(1);
        private final LeaderElector elector;

        Candidate(String name) {
            LeaseLock lock = new LeaseLock(NAMESPACE, lease, name, client);
            elector = new LeaderElector(new LeaderElectionConfig(lock, LEASE, RENEWAL, RETRY));
            Thread.ofVirtual().start(() -> elector.run(leads::countDown, () -> {}));
        }

        boolean leadsInTime() throws InterruptedException {
            return leads.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            elector.close();
        }
    }

    private V1LeaseSpec kept() throws Exception {
        return new CoordinationV1Api(client)
                .readNamespacedLease(lease, NAMESPACE)
                .execute()
                .getSpec();
    }

    @Test
    void letsOneLeadAndAnotherWhenThatOneIsGone(LiveCluster cluster) throws Exception {
        client = Config.fromConfig(cluster.kubeconfig().toString());
        lease = cluster.name("elected");
        Candidate first = new Candidate("first");
        assertTrue(first.leadsInTime());
        assertEquals("first", kept().getHolderIdentity());

        try (Candidate second = new Candidate("second")) {
            first.close();
            assertTrue(second.leadsInTime());

            assertEquals("second", kept().getHolderIdentity());
            assertEquals(1, kept().getLeaseTransitions());
        }
    }
}
