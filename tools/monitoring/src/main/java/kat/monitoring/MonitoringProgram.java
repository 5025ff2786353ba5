package kat.monitoring;

import java.util.function.Consumer;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.client.ControllerRunner;
import kat.client.EventRecorder;
import kat.client.PlanRunner;
import kat.client.addon.Program;
import kat.client.addon.ProgramContext;
import org.jspecify.annotations.Nullable;

/// The program of the add-on `monitoring`: keeps Prometheus and Alertmanager configured.
public final class MonitoringProgram implements Program {

    private static final String COMPONENT = "monitoring-controller";

    @Override
    public void run(ProgramContext context) throws InterruptedException {
        run(
                Settings.of(context.settings()),
                context.api(),
                context.clock(),
                context.place().told());
    }

    /// Runs until the thread is interrupted.
    ///
    /// @param told is given a sentence about how it is; empty when all is well
    static void run(
            Settings settings,
            ProgramContext.Api api,
            ProgramContext.Clock clock,
            Consumer<String> told)
            throws InterruptedException {
        MonitoringController controller = new MonitoringController(settings);
        try (EventRecorder recorder =
                        new EventRecorder(api.transport(), clock.ticker(), COMPONENT, "");
                Reload reload = new Reload(settings, api.server(), clock.ticker(), told);
                ControllerRunner runner =
                        new ControllerRunner(
                                controller,
                                api.informers(),
                                new PlanRunner(
                                        api.transport(),
                                        recorder,
                                        COMPONENT,
                                        clock.ticker().threads()),
                                clock.ticker(),
                                1)) {
            recorder.start();
            for (Kind kind : new Kind[] {Kinds.SECRET, Kinds.CONFIG_MAP}) {
                api.informers()
                        .informer(kind)
                        .addHandler((before, after) -> seen(controller, reload, before, after));
            }
            runner.start();
            Object never = new Object();
            synchronized (never) {
                while (!Thread.currentThread().isInterrupted()) {
                    never.wait();
                }
            }
        }
    }

    private static void seen(
            MonitoringController controller,
            Reload reload,
            @Nullable KubeObject before,
            @Nullable KubeObject after) {
        boolean other =
                after != null
                        && controller.isMounted(after)
                        && (before == null
                                || !before.tree()
                                        .object("data")
                                        .equals(after.tree().object("data")));
        if (other) {
            reload.changed();
        }
    }
}
