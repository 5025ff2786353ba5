package kat.app.addons;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.client.Patch;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.client.addon.Program;
import kat.client.addon.ProgramContext;

/// What tests run as an add-on's program: it tells of itself in the ConfigMap `default/trial`.
/// Its setting `fault` makes it fail; with `slow` it ends when its folder holds a file `go`.
public final class TrialProgram implements Program {

    @Override
    public void run(ProgramContext context) throws Exception {
        Path file = context.place().folder().resolve("starts");
        Files.writeString(file, Files.exists(file) ? Files.readString(file) + "+" : "+");
        switch (context.setting("fault", "")) {
            case "exception" -> throw new IllegalStateException("the setting says so");
            case "error" -> throw new NoClassDefFoundError("org/example/Missing");
            case "return" -> {
                return;
            }
            default -> {}
        }
        String loader = getClass().getClassLoader().getName();
        KubeObject unused =
                context.api().transport().get(Kinds.CONFIG_MAP, ObjectKey.of("default", "trial"));
        tell(context, "begun " + context.setting("word", "") + " by " + loader);
        try {
            new CountDownLatch(1).await();
        } finally {
            boolean wasInterrupted = Thread.interrupted();
            if (context.setting("fault", "").equals("slow")) {
                tell(context, "ending");
                awaitFile(context, context.place().folder().resolve("go"));
            }
            tell(context, "ended" + (wasInterrupted ? " late" : ""));
        }
    }

    private static void awaitFile(ProgramContext context, Path file) throws InterruptedException {
        Ticker ticker = context.clock().ticker();
        Deadline deadline = Deadline.in(Duration.ofSeconds(30), ticker);
        while (!Files.exists(file) && !deadline.isOver(ticker)) {
            ticker.sleep(Duration.ofMillis(10));
        }
    }

    private static void tell(ProgramContext context, String text) {
        JsonObject patch = JsonObject.EMPTY.withAt(Json.of(text), "data", "said");
        Written unused =
                context.api()
                        .transport()
                        .patch(
                                Kinds.CONFIG_MAP,
                                ObjectKey.of("default", "trial"),
                                Patch.merge(patch),
                                WriteOptions.NONE);
    }
}
