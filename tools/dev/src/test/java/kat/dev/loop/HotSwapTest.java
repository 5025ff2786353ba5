package kat.dev.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import kat.dev.config.DevException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sources that change, compiled, and exchanged in a real program.
@Timeout(120)
class HotSwapTest {

    @TempDir Path folder;
    private Path classes;
    private Path source;
    private Compiler compiler;

    /// A program that answers each line it reads.
    private static String program(String body) {
        return """
               package app;
               import java.io.*;
               public class Main {
                   static String answer() { BODY }
                   public static void main(String[] a) throws IOException {
                       var in = new BufferedReader(new InputStreamReader(System.in));
                       while (in.readLine() != null) System.out.println(answer());
                   }
               }
               """
                .replace("BODY", body);
    }

    @BeforeEach
    void prepare() throws IOException {
        classes = Files.createDirectories(folder.resolve("classes"));
        source = folder.resolve("Main.java");
        Files.writeString(source, program("return \"one\";"));
        Compiler first = new Compiler(List.of(), folder.resolve("first"));
        first.compile(List.of(source))
                .classes()
                .forEach(
                        (name, bytes) -> {
                            try {
                                Path file = classes.resolve(name.replace('.', '/') + ".class");
                                Files.createDirectories(file.resolveSibling("."));
                                Files.write(file, bytes);
                            } catch (IOException e) {
                                throw new DevException("cannot write", e);
                            }
                        });
        compiler = new Compiler(List.of(classes), folder.resolve("work"));
    }

    private Compiler.Outcome change(String body) throws IOException {
        Files.writeString(source, program(body));
        return compiler.compile(List.of(source));
    }

    @Test
    void givesOnlyClassesThatChanged() throws IOException {
        assertEquals(new TreeMap<>(), change("return \"one\";").classes());

        Compiler.Outcome outcome = change("return \"two\";");
        assertEquals(List.of("app.Main"), List.copyOf(outcome.classes().keySet()));
        assertEquals(List.of(), outcome.added());
        compiler.note(outcome.classes());
        assertEquals(new TreeMap<>(), change("return \"two\";").classes());
        assertEquals(List.of("app.Main$1"), change("return new Object() {}.toString();").added());
    }

    @Test
    void leavesNothingBehind() throws IOException {
        compiler.note(change("return \"two\";").classes());
        assertTrue(Files.exists(folder.resolve("work/now/app/Main.class")));

        compiler.clear();

        assertFalse(Files.exists(folder.resolve("work")));
    }

    @Test
    void tellsTheLinesThatDoNotCompile() throws IOException {
        Compiler.Outcome outcome = change("return 1;");

        assertEquals(new TreeMap<>(), outcome.classes());
        assertEquals(1, outcome.errors().size());
        assertTrue(
                outcome.errors().getFirst().startsWith(source + ":4: incompatible types"),
                outcome.errors().toString());
    }

    @Test
    void exchangesBodiesInARunningProgram() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,"
                                        + "address=127.0.0.1:0",
                                "-cp",
                                classes.toString(),
                                "app.Main")
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader out =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8));
                OutputStream in = process.getOutputStream()) {
            int port = port(out);
            assertEquals("one", ask(in, out));

            assertEquals(
                    HotSwap.Answer.EXCHANGED,
                    HotSwap.exchange(port, change("return \"two\";").classes()));
            // It listens again, and says where, when a debugger has left.
            port = port(out);
            assertEquals("two", ask(in, out));
            assertEquals(
                    HotSwap.Answer.REFUSED,
                    HotSwap.exchange(
                            port,
                            change("return more(); } static String more() { return \"three\";")
                                    .classes()));
            port = port(out);
            assertEquals("two", ask(in, out));
            assertTrue(port > 0);
        } finally {
            Process unused = process.destroyForcibly();
        }
    }

    private static int port(BufferedReader out) throws IOException {
        String listening = out.readLine();
        assertNotNull(listening);
        return Integer.parseInt(listening.replaceAll(".*\\D", ""));
    }

    private static String ask(OutputStream in, BufferedReader out) throws IOException {
        in.write('\n');
        in.flush();
        return String.valueOf(out.readLine());
    }

    @Test
    void saysThatAProgramCannotBeReached() {
        DevException fault =
                assertThrows(DevException.class, () -> HotSwap.exchange(1, new TreeMap<>()));

        assertTrue(String.valueOf(fault.getMessage()).startsWith("cannot reach"));
    }

    @Test
    void tellsFilesThatChangedCameOrWent() throws IOException {
        Changes changes = new Changes();
        Path other = folder.resolve("other");

        assertEquals(List.of(source), List.copyOf(changes.look(List.of(source, other))));
        assertEquals(List.of(), List.copyOf(changes.look(List.of(source, other))));
        Files.writeString(other, "x");
        Files.writeString(source, "longer than it was before, or else shorter");
        assertEquals(
                List.of(source, other).stream().sorted().toList(),
                List.copyOf(changes.look(List.of(source, other))));
        Files.delete(other);
        assertEquals(List.of(other), List.copyOf(changes.look(List.of(source, other))));
    }
}
