package kat.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The whole tutorial, page by page, on a fresh cluster with real containers.
///
/// With `KAT_TUTORIAL=rewrite` in the environment, outputs that differ are written into the
/// pages. `KAT_TUTORIAL_PAGES` is a pattern of the pages to read, for who writes one; the
/// first makes the cluster and belongs to each choice.
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookTest {

    private static final List<String> PARTS =
            List.of("containerd", "runc", "nft", "ip", "apt-get", "curl", "openssl", "script");
    private static final List<String> PROGRAMS = List.of("packages", "monitoring", "logging");
    private static final boolean REWRITES = "rewrite".equals(System.getenv("KAT_TUTORIAL"));

    /// What a page does not show yet need not be waited for.
    private static final Duration HURRY = Duration.ofSeconds(2);

    private Book book;

    @BeforeAll
    void openTheBook() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "real nodes need root");
        for (String part : PARTS) {
            assumeTrue(isProgram(part), part + " is missing");
        }
        book = Book.open();
        for (String program : PROGRAMS) {
            assumeTrue(
                    Files.isDirectory(book.sources().resolve("tools/" + program + "/target/dist")),
                    program + " is not packaged; ./kat verify does that");
        }
    }

    private static boolean isProgram(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @AfterAll
    void closeTheBook() throws IOException {
        if (book != null) {
            book.close();
        }
    }

    List<String> pages() throws IOException {
        String chosen = System.getenv().getOrDefault("KAT_TUTORIAL_PAGES", ".*");
        return book.pages().stream()
                .map(page -> page.getFileName().toString())
                .filter(page -> page.matches(chosen))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatThePageShowsComesOut(String name) throws IOException, InterruptedException {
        Path file = book.sources().resolve("docs/tutorial").resolve(name);
        Page page = Page.read(file);
        assertFalse(page.steps().isEmpty(), "nothing is done on this page");
        Reading reading = new Reading(book, page, REWRITES ? HURRY : Reading.PATIENCE);

        reading.read();

        if (REWRITES) {
            Files.write(file, reading.rewritten());
        }
        assertEquals("", String.join("\n\n", reading.differences()));
    }
}
