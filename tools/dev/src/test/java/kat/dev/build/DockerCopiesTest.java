package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.dev.config.Builder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerCopiesTest {

    @TempDir Path folder;

    private String place(String name, String... lines) {
        SequencedMap<String, String> arguments = new LinkedHashMap<>();
        arguments.put("WHERE", "given");
        return DockerCopies.of(
                        folder,
                        List.of(lines),
                        new Builder.Docker("Dockerfile", arguments, List.of()),
                        "/work")
                .place(name)
                .orElse("none");
    }

    @Test
    void filesGoWhereTheLastStageCopiesThem() throws IOException {
        Files.createDirectories(folder.resolve("static/css"));

        assertEquals("/work/a.js", place("a.js", "FROM x", "COPY a.js ."));
        assertEquals("/app/b", place("a.js", "FROM x", "copy a.js /app/b"));
        assertEquals("/app/a.js", place("a.js", "FROM x", "WORKDIR /app", "COPY *.js b.txt ./"));
        assertEquals("/srv/css/x.css", place("static/css/x.css", "FROM x", "COPY static /srv"));
        assertEquals(
                "/app/in/static/css/x.css",
                place("static/css/x.css", "FROM x", "WORKDIR /app", "WORKDIR in", "COPY . ."));
        assertEquals("none", place("a.js", "FROM x as one", "COPY a.js /", "FROM y", "RUN z"));
        assertEquals(
                "/one/a.js",
                place(
                        "a.js",
                        "FROM x as one",
                        "WORKDIR /one",
                        "COPY z /",
                        "FROM one",
                        "COPY --chown=1:2 [\"a.js\", \"./\"]"));
        assertEquals("none", place("a.js", "FROM x", "COPY --from=one a.js /"));
        assertEquals("none", place("b.js", "FROM x", "COPY a.js /", "ADD http://x/b.js /"));
    }

    @Test
    void variablesAndContinuedLinesAreRead() {
        assertEquals(
                "/given/two/a.js",
                place(
                        "a.js",
                        "FROM x",
                        "ARG WHERE=absent",
                        "ENV B=two",
                        "# a comment",
                        "COPY a.js \\",
                        "  /$WHERE/${B}/${NONE:-}"));
    }

    @Test
    void theStageThatIsBuiltCounts() {
        Builder.Docker docker =
                new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of("--target=one"));
        List<String> lines = List.of("FROM x AS one", "COPY a /1/", "FROM y", "COPY a /2/");

        assertEquals("/1/a", DockerCopies.of(folder, lines, docker, "").place("a").orElse("none"));
    }
}
