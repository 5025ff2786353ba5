package kat.dev.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import kat.base.SystemTicker;
import kat.dev.build.Supervision;
import kat.dev.config.DevException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real program below a real supervisor, whose sources and resources change.
@Timeout(120)
class RestartTest {

    private static final int STARTS = 3;
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir Path folder;
    private Path sources;
    private Path resources;
    private Compiler compiler;
    private Process process;
    private BufferedReader out;
    private Updater updater;
    private final SequencedMap<String, Debuggers.Ports> ports = new LinkedHashMap<>();
    private final List<String> told = new ArrayList<>();

    /// A program that says what it is and then answers each line that it reads.
    private void program(String field, String answer) throws IOException {
        write(
                "Main",
                """
                package app;
                import java.io.*;
                public class Main {
                    FIELD
                    static String answer() throws Exception { return ANSWER; }
                    static String text() throws IOException {
                        try (var in = Main.class.getResourceAsStream("/text.txt")) {
                            return new String(in.readAllBytes());
                        }
                    }
                    public static void main(String[] a) throws Exception {
                        System.out.println("runs " + answer() + " " + Other.of() + " " + text());
                        var in = new BufferedReader(new InputStreamReader(System.in));
                        while (in.readLine() != null) System.out.println(answer());
                    }
                }
                """
                        .replace("FIELD", field)
                        .replace("ANSWER", answer));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(sources.resolve(name + ".java"), text);
    }

    @BeforeEach
    void begin() throws Exception {
        sources = Files.createDirectories(folder.resolve("src/main/java/app"));
        resources = Files.createDirectories(folder.resolve("src/main/resources"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        program("", "\"one\"");
        write("Other", "package app; class Other { static int of() { return 1; } }");
        Files.writeString(resources.resolve("text.txt"), "text-1");
        Files.writeString(classes.resolve("text.txt"), "text-1");
        List<Path> begun = List.of(source("Main"), source("Other"));
        put(new Compiler(List.of(), folder.resolve("first")).compile(begun).classes(), classes);
        Path supervisor = Files.createDirectories(folder.resolve("supervisor"));
        put(Supervision.classes(), supervisor);
        compiler = new Compiler(List.of(classes), folder.resolve("work"));
        Path list = Files.writeString(folder.resolve("class-path"), classes + "\n");
        String first = start(supervisor, list);
        for (int left = STARTS; left > 0 && first.equals("null"); left--) {
            // Somebody else took a port that was free a moment ago.
            first = start(supervisor, list);
        }
        assertEquals("runs one 1 text-1", first);
        updater = updater(ports);
        assertTrue(updater.learn(files(), Instant.MAX));
    }

    /// @return the first line that the program says; `null` when it ended without one
    private String start(Path supervisor, Path list) throws IOException {
        int debug = free();
        int restart = free();
        process =
                new ProcessBuilder(
                                JAVA.toString(),
                                "-Xint",
                                "-cp",
                                supervisor.toString(),
                                "kat.dev.inside.Supervisor",
                                String.valueOf(restart),
                                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,"
                                        + "address=127.0.0.1:"
                                        + debug,
                                JAVA.toString(),
                                "-cp",
                                "@" + list,
                                "app.Main")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        ports.put("pod", new Debuggers.Ports(debug, restart));
        return String.valueOf(out.readLine());
    }

    private Updater updater(SequencedMap<String, Debuggers.Ports> running) {
        Updater.Programs programs =
                new Updater.Programs() {
                    @Override
                    public SequencedMap<String, Debuggers.Ports> find() {
                        return running;
                    }

                    @Override
                    public boolean await(int port) {
                        return true;
                    }
                };
        return new Updater("web", compiler, programs, true, new SystemTicker(), told::add);
    }

    @AfterEach
    void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        Process unused = process.destroyForcibly();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void put(Map<String, byte[]> classes, Path to) throws IOException {
        for (Map.Entry<String, byte[]> one : classes.entrySet()) {
            Path file = to.resolve(one.getKey().replace('.', '/') + ".class");
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, one.getValue());
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(folder.resolve("src"))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private boolean update(Path... changed) throws IOException, InterruptedException {
        return updater.update(new TreeSet<>(List.of(changed)), files());
    }

    private String ask() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return String.valueOf(out.readLine());
    }

    private Path source(String name) {
        return sources.resolve(name + ".java");
    }

    @Test
    void aChangedBodyIsExchangedWithoutAnotherStart() throws Exception {
        program("", "\"two\"");

        assertTrue(update(source("Main")));

        assertEquals("two", ask());
        assertTrue(told.getFirst().startsWith("web: app.Main exchanged in 1 pods"), told + "");
    }

    @Test
    void fieldsAndClassesThatAreNewAreThereAfterAStartInPlace() throws Exception {
        long supervisor = process.pid();
        program("static final String[] WORDS = {New.word()};", "WORDS[0]");
        write("New", "package app; class New { static String word() { return \"new\"; } }");

        assertTrue(update(source("Main"), source("New")));

        assertEquals("runs new 1 text-1", out.readLine());
        assertEquals(supervisor, process.pid());
        assertTrue(told.getFirst().startsWith("web: app.Main, app.New started again"), told + "");

        program("static final String[] WORDS = {New.word()};", "\"later \" + WORDS[0]");
        assertTrue(update(source("Main")));
        assertEquals("later new", ask());
    }

    @Test
    void whatUsesAChangedMethodIsCompiledToo() throws Exception {
        write("Other", "package app; class Other { static String of() { return \"x\"; } }");

        assertTrue(update(source("Other")));

        assertEquals("runs one x text-1", out.readLine());
        assertTrue(told.getFirst().startsWith("web: app.Main, app.Other started"), told + "");
    }

    @Test
    void aContainerThatTheKubeletStartedAgainGetsAllThatChanged() throws Exception {
        write("Other", "package app; class Other { static int of() { return 2; } }");
        assertTrue(update(source("Other")));
        assertTrue(told.getLast().startsWith("web: app.Other exchanged"), told + "");
        ports.put("the next start", ports.remove("pod"));
        program("", "\"two\"");

        assertTrue(update(source("Main")));

        assertEquals("runs two 2 text-1", out.readLine());
        program("", "\"three\"");
        assertTrue(update(source("Main")));
        assertTrue(told.getLast().startsWith("web: app.Main exchanged"), told + "");
    }

    @Test
    void whatRanAlreadyRunsAgainWhenItChanged() throws Exception {
        program("static final String[] WORDS = {\"a\"};", "WORDS[0]");
        assertTrue(update(source("Main")));
        assertEquals("runs a 1 text-1", out.readLine());
        assertTrue(told.getLast().endsWith("fields, methods or types of app.Main changed"));

        program("static final String[] WORDS = {\"b\"};", "WORDS[0]");
        assertTrue(update(source("Main")));

        assertEquals("runs b 1 text-1", out.readLine());
        assertTrue(
                told.getLast().endsWith(", because what app.Main does when it is loaded changed"),
                told + "");
    }

    @Test
    void whatHasAChangedConstantAsItsOwnIsCompiledToo() throws Exception {
        String other =
                "package app; class Other { static final int A = 5;"
                        + " static int of() { return A; } }";
        write("Other", other);
        program("", "\"\" + Other.A");
        assertTrue(update(source("Main"), source("Other")));
        assertEquals("runs 5 5 text-1", out.readLine());

        write("Other", other.replace("5", "6"));
        assertTrue(update(source("Other")));

        assertEquals("runs 6 6 text-1", out.readLine());
        String last = told.getLast();
        assertTrue(last.startsWith("web: app.Main, app.Other started again"), last);
        assertTrue(last.endsWith(", because a constant of app.Other changed"), last);
    }

    @Test
    void moreSourcesThanAreCompiledHereTakeANewImage() throws Exception {
        Path classes = folder.resolve("classes/app");
        for (int i = 0; i < 2_000; i++) {
            write("Many" + i, "package app; class Many" + i + " {}");
            Files.write(classes.resolve("Many" + i + ".class"), new byte[0]);
        }
        compiler = new Compiler(List.of(folder.resolve("classes")), folder.resolve("work"));
        updater = updater(ports);
        write(
                "Other",
                "package app; class Other { static final int A = 2; "
                        + "static int of() { return A; } }");

        assertFalse(update(source("Other")));

        assertEquals(
                "more than 2000 sources may use what changed in web; building a new image instead",
                told.getLast());
    }

    @Test
    void resourcesGoBeforeThoseOfTheImage() throws Exception {
        Files.writeString(resources.resolve("text.txt"), "text-2");

        assertTrue(update(resources.resolve("text.txt")));

        assertEquals("runs one 1 text-2", out.readLine());
    }

    @Test
    void whatDoesNotCompileLeavesTheProgramAlone() throws Exception {
        write("Other", "package app; class Other { static String off() { return \"x\"; } }");

        assertTrue(update(source("Other")));

        assertEquals("one", ask());
        assertTrue(told.getFirst().contains("Main.java:12: "), told + "");
        assertEquals("kat: it does not compile; the version before keeps running", told.getLast());
    }

    @Test
    void whatDidNotCompileIsTriedAgainWithTheNextChange() throws Exception {
        write("Other", "package app; class Other { static int off() { return 2; } }");
        Files.writeString(resources.resolve("text.txt"), "text-2");
        assertTrue(update(source("Other"), resources.resolve("text.txt")));
        Path main = source("Main");
        Files.writeString(main, Files.readString(main).replace("Other.of", "Other.off"));

        assertTrue(update(main));

        assertEquals("runs one 2 text-2", out.readLine());
    }

    @Test
    void whatCannotBeDoneInPlaceIsSaid() throws Exception {
        Files.delete(source("Other"));
        assertFalse(update(source("Other")));

        SequencedMap<String, Debuggers.Ports> none = new LinkedHashMap<>();
        none.put("pod", new Debuggers.Ports(1, 0));
        updater = updater(none);
        Files.writeString(resources.resolve("text.txt"), "text-2");
        assertFalse(update(resources.resolve("text.txt")));
        assertEquals(
                "the programs of web cannot be started in place; building a new image instead",
                told.getLast());
    }

    @Test
    void endsWithItsProgram() throws Exception {
        process.getOutputStream().close();

        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void endsItsProgramWhenItIsAskedToEnd() throws Exception {
        List<ProcessHandle> programs = process.children().toList();
        assertEquals(1, programs.size());

        // Its input stays open, unlike with Process.destroy.
        assertTrue(process.toHandle().destroy());

        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
        assertFalse(programs.getFirst().isAlive());
    }

    @Test
    void aPortWithoutASupervisorIsRefused() throws Exception {
        DevException fault =
                assertThrows(DevException.class, () -> Restart.restart(free(), new TreeMap<>()));

        assertTrue(
                String.valueOf(fault.getMessage())
                        .startsWith("a program cannot be started again in place: "));
    }
}
