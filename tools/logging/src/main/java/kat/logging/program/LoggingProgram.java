package kat.logging.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kat.api.StatusException;
import kat.base.TaskGroup;
import kat.base.Ticker;
import kat.client.addon.Program;
import kat.client.addon.ProgramContext;
import kat.logging.intake.Intake;
import kat.logging.output.Output;
import kat.logging.store.LineStore;

/// Keeps the lines of a node's containers and answers searches, until it is interrupted.
public final class LoggingProgram implements Program {

    private static final Logger LOG = System.getLogger("kat.logging");
    /// How long a search waits while others run.
    private static final Duration SEARCH_PATIENCE = Duration.ofSeconds(5);

    private static final Duration AGAIN = Duration.ofSeconds(2);

    /// @throws IllegalArgumentException when a setting is wrong
    @Override
    public void run(ProgramContext context) throws Exception {
        Path logs = context.place().podLogs();
        if (logs == null) {
            throw new IllegalStateException(
                    "this cluster has no real node, and so no log files of containers");
        }
        LoggingSettings settings = LoggingSettings.of(context.settings());
        Path folder = context.place().folder();
        ApiPods pods = ApiPods.of(context.api().informers());
        Ticker ticker = context.clock().ticker();
        Told told = new Told(context.place().told());
        try (LineStore store = LineStore.open(folder.resolve("lines"), settings.limits());
                Outputs outputs = Outputs.open(context, settings.outputs(), store, told);
                TaskGroup group = new TaskGroup("logging", ticker.threads())) {
            Upkeep upkeep = new Upkeep(store, outputs::needed, ticker);
            Origin from = new Origin(logs, settings.node(), pods);
            fork(group, upkeep::run);
            fork(group, () -> takeIn(from, store, upkeep, told, ticker));
            fork(group, () -> serve(context, store));
            for (Output each : outputs.all()) {
                fork(group, each::run);
            }
            group.join();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /// A part of the program.
    @FunctionalInterface
    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private static void fork(TaskGroup group, Part part) {
        FutureTask<?> unused =
                group.fork(
                        () -> {
                            part.run();
                            return true;
                        });
    }

    /// Where lines come from.
    private record Origin(Path logs, String node, ApiPods pods) {}

    private static void takeIn(
            Origin from, LineStore store, Upkeep upkeep, Told told, Ticker ticker)
            throws IOException, InterruptedException {
        try (Intake intake = new Intake(from.logs(), from.node(), store, from.pods(), ticker);
                FolderSigns signs = new FolderSigns(from.logs())) {
            new IntakeLoop(intake, store, signs, ticker, upkeep::hasRoom, told.by("intake")).run();
        }
    }

    /// Answers until it is interrupted. The chart's roles and its Service may come a little
    /// later than the program.
    private static void serve(ProgramContext context, LineStore store)
            throws IOException, InterruptedException {
        Ticker ticker = context.clock().ticker();
        Keys keys = Keys.make(context.place().folder(), Registration.HOST);
        Registration registration = new Registration(context.api().transport());
        try (ReviewedRights rights = new ReviewedRights(context.api().server(), ticker)) {
            SearchApi api = new SearchApi(store, rights, new Places(SEARCH_PATIENCE), ticker);
            while (true) {
                try {
                    Registration.Trust trust = registration.trust();
                    String address = context.place().address();
                    try (Door door =
                            new Door(address, keys.tls(trust.authority()), trust.names(), api)) {
                        door.start();
                        registration.register(address, door.port(), keys.certificate());
                        while (true) {
                            ticker.sleep(Duration.ofDays(1));
                        }
                    }
                } catch (StatusException e) {
                    LOG.log(Level.DEBUG, "not yet registered error={0}", e.getMessage());
                    ticker.sleep(AGAIN);
                }
            }
        }
    }
}
