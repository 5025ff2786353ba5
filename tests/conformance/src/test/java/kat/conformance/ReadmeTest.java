package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The README's first workload, as it stands there; the test's cluster has the images already.
@Tag("root")
@ExtendWith(WithCluster.class)
class ReadmeTest {

    private static final Path README = Path.of("../../README.md");

    private static List<String> block(String heading) throws IOException {
        return Files.readString(README)
                .lines()
                .dropWhile(line -> !line.equals("## " + heading))
                .dropWhile(line -> !line.equals("```sh"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .toList();
    }

    @Test
    void theFirstWorkloadAnswers(Kubectl kubectl) throws IOException, InterruptedException {
        List<String> lines = block("The first workload");
        List<String> typed = lines.stream().filter(line -> line.startsWith("kubectl ")).toList();
        for (String line : typed) {
            kubectl.type(line.substring("kubectl ".length())).ok();
        }

        assertEquals(3, typed.size());
        assertTrue(lines.getLast().startsWith("curl http://127.0.0.1:$(kubectl get service web"));
        String port = kubectl.field("service/web", ".spec.ports[0].nodePort");
        Waiting.until("an answer", () -> answers("http://127.0.0.1:" + port));
    }

    private static boolean answers(String address) throws InterruptedException {
        try {
            return !Http.get(address).isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }
}
