package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kat.api.Kinds;
import kat.base.testing.FakeTicker;
import kat.kubelet.volumes.Tokens;
import kat.kubelet.volumes.VolumeFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTokensTest {

    private final FakeTicker ticker = new FakeTicker(NOW);
    private final Tokens tokens = new ApiTokens(new FakeApi(), ticker);

    @Test
    void replacesATokenWhenFourFifthsOfItsTimeAreOver() throws VolumeFault {
        Tokens.Token token = tokens.request(Fixtures.web("a"), "", 3607);

        assertEquals(NOW.plusSeconds(3600), token.expires());
        assertEquals(NOW.plusSeconds(2880), token.refresh());
    }

    @Test
    void replacesNoTokenWithinAMinute() throws VolumeFault {
        ticker.advance(Duration.ofSeconds(3590));

        Tokens.Token token = tokens.request(Fixtures.web("a"), "", 3607);

        assertEquals(NOW.plusSeconds(3650), token.refresh());
    }

    @Test
    void aPodFindsANewTokenInItsVolumeBeforeTheOldOneEnds(@TempDir Path home) throws Exception {
        try (TestNode node = new TestNode(home)) {
            node.kubelet.start();
            node.api.put(
                    Kinds.POD,
                    pod(
                            "a",
                            "'restartPolicy':'Always','volumes':[{'name':'t','projected':{'sources':"
                                    + "[{'serviceAccountToken':{'path':'token'}}]}}],"
                                    + "'containers':[{'name':'web','image':'nginx:1',"
                                    + "'imagePullPolicy':'IfNotPresent',"
                                    + "'volumeMounts':[{'name':'t','mountPath':'/t'}]}]"));
            node.api.await("a", TestNode::isReady);
            Path token = home.resolve("memory/uid-a/t/token");
            assertEquals("secret-token", Files.readString(token));

            node.ticker.advance(Duration.ofMinutes(49));
            node.api.awaitTokens(2);
            node.ticker.advance(Duration.ofMinutes(10));
            node.api.awaitTokens(3); // by then the second has been written

            assertTrue(Files.readString(token).startsWith("secret-token-"));
        }
    }
}
