package kat.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The tutorial and a reader of it: a home of their own, a folder to work in, `kat` and
/// `kubectl` on the path.
///
/// @param sources the checkout
/// @param home of the reader
/// @param machine name of this machine, which pages call [#MACHINE]
record Book(Path sources, Path home, String machine) implements AutoCloseable {

    /// What pages call the machine and the home of the reader.
    static final String MACHINE = "box";
    static final String HOME = "/root";

    /// The cluster of the book: named, so that one without a name is left alone.
    private static final String NAME = "book";

    static Book open() throws IOException {
        Path sources = Path.of("").toAbsolutePath();
        while (!Files.exists(sources.resolve("scripts/images"))) {
            sources = sources.getParent();
        }
        Path home = Files.createTempDirectory("kat-tutorial-");
        Book book =
                new Book(
                        sources,
                        home,
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        delete(book.folder());
        Files.createDirectories(book.folder());
        Files.createDirectories(book.programs());
        Files.createSymbolicLink(book.programs().resolve("kubectl"), book.kubectl());
        book.program("kat", book.kat());
        return book;
    }

    /// Where the reader works.
    Path folder() {
        return sources.resolve("target/book");
    }

    List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(sources.resolve("docs/tutorial"))) {
            return files.filter(file -> file.getFileName().toString().matches("\\d\\d-.*\\.md"))
                    .sorted()
                    .toList();
        }
    }

    Shell shell() throws IOException {
        return new Shell(folder(), home.resolve("typed"), environment());
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", home.toString());
        environment.put("KAT_NAME", NAME);
        environment.put("KUBECONFIG", "");
        environment.put("KAT_HOME", "");
        environment.put("TERM", "dumb");
        environment.put("PATH", programs() + ":" + System.getenv("PATH"));
        return environment;
    }

    /// An output as the page shows it: without the names of this machine and of this test's
    /// folders.
    String shown(String line) {
        String shown =
                line.replace(home.toString(), HOME).replace(sources.toString(), HOME + "/kat");
        return Pattern.compile("\\b\\Q" + machine + "\\E\\b( *)")
                .matcher(shown)
                .replaceAll(name -> MACHINE + padding(name.group(1).length()));
    }

    /// Keeps the column behind the machine's name where it was.
    private String padding(int spaces) {
        int other = spaces + machine.length() - MACHINE.length();
        return " ".repeat(spaces < 2 ? spaces : Math.max(2, other));
    }

    private Path programs() {
        return home.resolve("programs");
    }

    private Path kubectl() throws IOException {
        Process process =
                new ProcessBuilder(sources.resolve("scripts/kubectl").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return Path.of(new String(process.getInputStream().readAllBytes(), UTF_8).strip());
    }

    /// The program as it was built, without asking whether sources changed since.
    private String kat() {
        Path dist = sources.resolve("tools/cli/target/dist");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return """
                #!/bin/sh
                export KAT_JAVA=%1$s KAT_DIST=%2$s KAT_SOURCES=%3$s KAT_COMMAND=kat
                export KAT_PACKAGES=%3$s/tools/packages/target/dist
                export KAT_PROGRAMS=%3$s/tools KAT_CHARTS=%3$s/tools/addons/charts
                exec %1$s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable \\
                  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
                  -cp '%2$s/*' kat.cli.Main "$@"
                """
                .formatted(java, dist, sources);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs().resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /// Removes what a page that broke off left running, and the reader's home.
    @Override
    public void close() throws IOException {
        try (Shell shell = shell()) {
            shell.run("kat status >/dev/null && kat delete");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(home);
    }
}
