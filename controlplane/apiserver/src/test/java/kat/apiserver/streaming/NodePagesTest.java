package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.node.NodeRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePagesTest {

    private static final KubeObject POD =
            KubeObject.parse(
                    "{\"metadata\":{\"name\":\"p\",\"namespace\":\"ns\",\"uid\":\"u1\"}}"
                            .getBytes(StandardCharsets.UTF_8));

    private static Optional<KubeObject> pods(ObjectKey key) {
        return Optional.of(POD).filter(pod -> pod.key().equals(key));
    }

    @ParameterizedTest
    @CsvSource({
        "/portForward/ns/p, true",
        "/portForward/ns/p/, true",
        "/portForward/ns/p/u1, true",
        "/portForward/ns/p/u2, false",
        "/portForward/ns/other/u1, false",
        "/exec/ns/p/u2/c, true",
    })
    void forwardsPortsOfThePodThatIsMeant(String path, boolean isMeant) {
        NodeRequest request = NodeRequest.of("POST", path);

        assertEquals(isMeant, NodePages.pod(request, NodePagesTest::pods).isPresent());
    }

    @ParameterizedTest
    @CsvSource({"/portForward/ns/p/u2, pod not found", "/exec/ns/q/c, pod does not exist"})
    void saysWhyNothingIsAskedOfAPod(String path, String why) {
        NodeRequest request = NodeRequest.of("POST", path);

        byte[] body = NodePages.refusal(request, NodePagesTest::pods).body().getFirst();

        assertEquals(why, new String(body, StandardCharsets.UTF_8));
    }
}
