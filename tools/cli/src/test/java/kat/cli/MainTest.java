package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import kat.base.SystemTicker;
import kat.cri.ContainerRuntimeException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

class MainTest {

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    private record Failing(RuntimeException why) implements Verb {

        @Override
        public String name() {
            return "fail";
        }

        @Override
        public CommandSpec spec() {
            return CommandSpec.create();
        }

        @Override
        public int run(ParseResult args) {
            throw why;
        }
    }

    @Test
    void tellsInASentenceWhatTheContainerRuntimeCannotDo() {
        PrintStream stream = new PrintStream(told, true, StandardCharsets.UTF_8);
        Surroundings.User user = new Surroundings.User(false, Path.of("/none"), 1000, 1000);
        Main main =
                new Main(
                        new Terminal(stream, stream, false),
                        new Surroundings(Map.of(), user, new SystemTicker()));
        var away =
                new ContainerRuntimeException(
                        ContainerRuntimeException.Code.UNAVAILABLE,
                        "use the containerd at /x.sock",
                        "it does not answer",
                        null);

        int exit = main.run(new Failing(away), new CommandLine(CommandSpec.create()).parseArgs());

        assertEquals(Main.FAILED, exit);
        assertEquals(
                "kat: cannot use the containerd at /x.sock: it does not answer\n",
                told.toString(StandardCharsets.UTF_8));
    }
}
