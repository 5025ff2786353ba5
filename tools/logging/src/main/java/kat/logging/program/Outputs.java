package kat.logging.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.client.Transport;
import kat.client.addon.ProgramContext;
import kat.logging.output.HttpPost;
import kat.logging.output.Output;
import kat.logging.output.Progress;
import kat.logging.output.SignIn;
import kat.logging.store.LineStore;

/// The stores that lines are sent on to.
///
/// @param all in the order of the settings
/// @param connections closed with them
record Outputs(List<Output> all, List<HttpPost> connections) implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.logging");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int RADIX = 36;

    Outputs {
        all = List.copyOf(all);
        connections = List.copyOf(connections);
    }

    /// @param told of what keeps outputs from sending
    /// @throws IOException when it cannot be read how far an output has come
    static Outputs open(
            ProgramContext context, List<OutputSettings> settings, LineStore store, Told told)
            throws IOException {
        List<Output> outputs = new ArrayList<>();
        List<HttpPost> connections = new ArrayList<>();
        for (OutputSettings each : settings) {
            HttpPost post = new HttpPost(each.address(), signIn(context, each), PATIENCE);
            connections.add(post);
            Path folder = context.place().folder();
            outputs.add(
                    new Output(
                            each.format(identity(context)),
                            post,
                            new Progress(folder.resolve("output-" + each.name())),
                            store,
                            context.clock().ticker(),
                            text -> tell(told, each.name(), text)));
        }
        return new Outputs(outputs, connections);
    }

    private static SignIn signIn(ProgramContext context, OutputSettings output) {
        Transport api = context.api().transport();
        return output.secret().isEmpty()
                ? SignIn.NONE
                : new SecretSignIn(output.secret(), key -> api.get(Kinds.SECRET, key));
    }

    /// Tells lines of this store from those of one that was here before.
    private static String identity(ProgramContext context) throws IOException {
        Path file = context.place().folder().resolve("lines").resolve("identity");
        String known = Files.exists(file) ? Files.readString(file).strip() : "";
        if (!known.isEmpty()) {
            return known;
        }
        String made = Long.toString(context.clock().ticker().now().toEpochMilli(), RADIX);
        // A disk that is full leaves a file without its content.
        Path unfinished = file.resolveSibling("identity.tmp");
        Files.writeString(unfinished, made);
        Path unused = Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return made;
    }

    private static void tell(Told told, String name, String text) {
        if (!text.isEmpty()) {
            LOG.log(Level.WARNING, "output waits name={0} why={1}", name, text);
        }
        told.by("output " + name).accept(text.isEmpty() ? "" : "output " + name + ": " + text);
    }

    /// The first line that not all have taken.
    long needed() {
        return all.stream().mapToLong(Output::needed).min().orElse(Long.MAX_VALUE);
    }

    @Override
    public void close() {
        connections.forEach(HttpPost::close);
    }
}
