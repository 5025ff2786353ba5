package kat.app;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// The process that holds a cluster. Its argument is the cluster's folder; `--rehearse FOLDER`
/// starts one with simulated nodes there, uses it a little and ends, so that the JVM can keep what
/// it learned.
///
/// SIGTERM and SIGINT stop the cluster in order. A killed process leaves containers running, and
/// the next one takes them over.
public final class ServerMain {

    private static final Logger LOG = System.getLogger("kat.app.server");

    /// What the system says (ENOSPC), in messages of Java's without the file.
    private static final String DISK_FULL = "No space left on device";

    /// Makes the requests of a rehearsal; for the rehearsal itself.
    static final String USE = "--use";

    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        ServerLog.install();
        Ticker ticker = new SystemTicker();
        if (args.length == 2 && args[0].equals("--rehearse")) {
            new Rehearsal(ClusterFiles.of(Path.of(args[1]), "rehearsal"), ticker).run();
            return;
        }
        if (args.length == 2 && args[0].equals(USE)) {
            new Rehearsal(new ClusterFiles(Path.of(args[1])), ticker).use();
            return;
        }
        ClusterFiles files = new ClusterFiles(Path.of(args[0]));
        Progress progress = new Progress(files.progress(), ticker);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        // The hook holds the JVM until the cluster has ended in order.
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("kat-stop")
                                .unstarted(
                                        () -> {
                                            stop.countDown();
                                            awaitQuietly(stopped);
                                        }));
        try {
            Path unused = ClusterFiles.privateFile(files.progress());
            Files.writeString(
                    ClusterFiles.privateFile(files.pid()),
                    Long.toString(ProcessHandle.current().pid()));
            run(files, ticker, progress, stop);
        } catch (Exception e) {
            LOG.log(Level.ERROR, "server failed", e);
            progress.failed(sentence(e, files));
            Runtime.getRuntime().halt(1);
        } finally {
            removePid(files);
            stopped.countDown();
        }
    }

    private static void run(
            ClusterFiles files, Ticker ticker, Progress progress, CountDownLatch stop)
            throws Exception {
        ClusterConfig config = files.readConfig();
        if (config == null) {
            throw new ClusterConfig.ConfigException("there is no cluster in " + files.folder());
        }
        LOG.log(Level.INFO, "starting config={0}", config.toJson());
        ProgramFolders programs =
                ProgramFolders.of(System.getenv().getOrDefault(ProgramFolders.VARIABLE, ""));
        Cluster cluster =
                new Cluster(
                        config,
                        files,
                        new Cluster.Host(ticker, Randomness.system(), progress, programs));
        try (QuietHeap heap = new QuietHeap(QuietHeap.ofThisProcess(), ticker)) {
            cluster.start();
            heap.start();
            stop.await();
        }
        LOG.log(Level.INFO, "stopping");
        cluster.stop();
    }

    private static String sentence(Throwable failure, ClusterFiles files) {
        if (failure instanceof BindException) {
            return "the API server's port is in use by another program; choose another with --api-port";
        }
        @Nullable String message = failure.getMessage();
        if (message == null) {
            return failure.toString();
        }
        return message.contains(DISK_FULL)
                ? DISK_FULL
                        + " for "
                        + files.folder()
                        + "; make room there, or choose another --home"
                : message;
    }

    private static void removePid(ClusterFiles files) {
        try {
            Files.deleteIfExists(files.pid());
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "pid file left behind file={0} error={1}",
                    files.pid(),
                    e.toString());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
