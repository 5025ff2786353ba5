package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kat.base.Ticker;

/// A server that does nothing, in a process of its own, for measurements to compare with.
///
/// **Threads:** one owner.
final class BareProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Path folder;
    private final Process process;

    private BareProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /// Starts it and waits until it answers.
    ///
    /// @throws IOException when it does not start
    static BareProcess start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("kat-bench");
        Process process =
                new ProcessBuilder(new ServerCommand(surroundings).bare(folder))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BareProcess bare = new BareProcess(folder, process);
        try {
            bare.await(surroundings.ticker());
            return bare;
        } catch (IOException | InterruptedException e) {
            bare.close();
            throw e;
        }
    }

    private void await(Ticker ticker) throws IOException, InterruptedException {
        long end = ticker.nanos() + PATIENCE.toNanos();
        while (!Files.exists(kubeconfig())) {
            if (!process.isAlive() || ticker.nanos() > end) {
                throw new IOException("the server to compare with did not start");
            }
            ticker.sleep(LOOK);
        }
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    @Override
    public void close() throws IOException {
        Process unused = process.destroyForcibly().onExit().join();
        FileTree.delete(folder);
    }
}
