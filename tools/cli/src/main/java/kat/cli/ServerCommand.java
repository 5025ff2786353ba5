package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The command line of a server: the Java flags that make it start soon and stay small.
final class ServerCommand {

    static final String MAIN_CLASS = "kat.app.ServerMain";
    private static final String BARE_CLASS = "kat.app.load.BareServer";

    private final Surroundings surroundings;

    ServerCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param arguments of the server's main class
    List<String> of(List<String> arguments) {
        Path cache = distribution().resolve("server.aot");
        List<String> cacheFlags =
                Files.isReadable(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
        return with(cacheFlags, arguments);
    }

    /// The command of a server that does nothing, with the flags of a real one.
    List<String> bare(Path folder) {
        return command(List.of(), BARE_CLASS, List.of(folder.toString()));
    }

    /// The command that runs a server once in order to make its AOT cache.
    List<String> training(Path cache, List<String> arguments) {
        return with(List.of("-XX:AOTCacheOutput=" + cache), arguments);
    }

    /// The command that runs the command line program once in order to make its AOT cache, with the
    /// flags that the launcher uses.
    ///
    /// @param arguments the verb and what follows it
    List<String> cliTraining(Path cache, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(surroundings.java().toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:AOTCacheOutput=" + cache,
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath(),
                        "kat.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    private List<String> with(List<String> flags, List<String> arguments) {
        return command(flags, MAIN_CLASS, arguments);
    }

    private List<String> command(List<String> flags, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(surroundings.java().toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xms32m",
                        "-XX:MaxRAMPercentage=50",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:MaxHeapFreeRatio=30",
                        "-XX:MinHeapFreeRatio=10",
                        "-XX:-ShrinkHeapInSteps",
                        // The collector would give half as much as lives to what is new,
                        // and what is new fits into far less (ADR 0181).
                        "-XX:MaxNewSize=64m",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:ReservedCodeCacheSize=96m",
                        // Small methods in many layers, inlined deeply, are compiled many times
                        // over: twice the compiler's time for no speed that shows (ADR 0086).
                        "-XX:MaxInlineLevel=4",
                        "-XX:InlineSmallCode=1000",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), mainClass));
        command.addAll(arguments);
        return command;
    }

    private Path distribution() {
        String named = surroundings.variable("KAT_DIST");
        return named.isEmpty() ? Path.of("/nonexistent") : Path.of(named);
    }

    /// The jars of the distribution in the order in which the launcher names them: an AOT cache
    /// holds for one order only.
    private String classPath() {
        if (surroundings.variable("KAT_DIST").isEmpty()) {
            return System.getProperty("java.class.path");
        }
        try (Stream<Path> files = Files.list(distribution())) {
            List<String> jars =
                    files.map(Path::toString)
                            .filter(name -> name.endsWith(".jar"))
                            .sorted()
                            .toList();
            return String.join(":", jars);
        } catch (IOException e) {
            throw CliException.of("cannot read the program's folder " + distribution(), e);
        }
    }
}
