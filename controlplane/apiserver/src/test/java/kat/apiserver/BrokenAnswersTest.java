package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Answers of others that end in their middle end so for the client too, which would else wait for
/// ever, or take a part for the whole.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokenAnswersTest {

    @TempDir Path folder;
    @TempDir Path extensionFolder;
    private final MemoryStore store = new MemoryStore();
    private ApiServer server;
    private ExtensionServer extension;

    @BeforeEach
    void start() throws Exception {
        extension = new ExtensionServer(extensionFolder);
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        new Fruits(server, store, extension).serve();
    }

    @AfterEach
    void stop() {
        server.close();
        extension.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void ofExtensionServers(HttpClient.Version version) throws Exception {
        try (HttpsClient client = new HttpsClient(server)) {
            HttpResponse<InputStream> answer = client.open(version, ExtensionServer.BREAKS_OFF);

            assertEquals(200, answer.statusCode());
            try (InputStream body = answer.body()) {
                assertThrows(IOException.class, body::readAllBytes);
            }
        }
    }
}
