package kat.apiserver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.store.MemoryStore;

/// Serves the API alone, for measuring by hand: `ServeMain FOLDER [RANGE …]`, with the ranges of
/// Services' addresses. Writes `target.json` there.
final class ServeMain {

    private ServeMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Ticker ticker = new SystemTicker();
        long begun = ticker.nanos();
        ApiServerConfig local = ApiServerConfig.local(folder.resolve("pki"));
        List<String> ranges = List.of(arguments).subList(1, arguments.length);
        ApiServerConfig config = ranges.isEmpty() ? local : local.givingOut(ranges);
        ApiServer server = new ApiServer(config, new MemoryStore(), ticker, Randomness.system());
        server.start();
        Files.writeString(folder.resolve("target.json"), server.kubeconfig("kat", true));
        System.out.println(server.address() + " " + (ticker.nanos() - begun) / 1_000_000 + " ms");
        new CountDownLatch(1).await();
    }
}
