package kat.apiserver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.store.MemoryStore;

/// Serves the API alone, for measuring by hand: `ServeMain FOLDER`. Writes `target.json` there.
final class ServeMain {

    private ServeMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Ticker ticker = new SystemTicker();
        long begun = ticker.nanos();
        ApiServerConfig config = ApiServerConfig.local(folder.resolve("pki"));
        ApiServer server = new ApiServer(config, new MemoryStore(), ticker, Randomness.system());
        server.start();
        Files.writeString(folder.resolve("target.json"), server.kubeconfig("kat", true));
        System.out.println(server.address() + " " + (ticker.nanos() - begun) / 1_000_000 + " ms");
        new CountDownLatch(1).await();
    }
}
