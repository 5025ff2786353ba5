package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                        "/srv")
                .place(name)
                .orElse("none");
    }

    @Test
    void filesGoWhereTheLastStageCopiesThem() throws IOException {
        Files.createDirectories(folder.resolve("static/css"));

        assertEquals("/srv/a.js", place("a.js", "FROM x", "COPY a.js ."));
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
    void relativeWorkingFoldersBeginAtThatOfTheBase() {
        assertEquals("/srv/a.js", place("a.js", "FROM x", "WORKDIR srv", "COPY a.js ."));
        assertEquals(
                "/opt/a.js", placeIn("/opt/in/it", "FROM x", "COPY a.js ./", "WORKDIR in/it/"));
        assertEquals(
                "/opt/in/a.js",
                placeIn("/opt/in/it", "FROM x", "WORKDIR in", "COPY a.js ./", "WORKDIR it"));
        assertEquals(
                "/opt/in/it/a.js",
                placeIn(
                        "/opt/in/it",
                        "FROM x AS one",
                        "WORKDIR in",
                        "FROM one",
                        "WORKDIR it",
                        "COPY a.js ."));
        assertEquals(
                "none", placeIn("/opt/in", "FROM x", "WORKDIR other", "COPY a.js ."), "no end");
        assertEquals("none", placeIn("/app", "FROM x", "COPY a.js .", "WORKDIR /app"));
    }

    private String placeIn(String folder, String... lines) {
        Builder.Docker docker = new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of());
        return DockerCopies.of(this.folder, List.of(lines), docker, folder)
                .place("a.js")
                .orElse("none");
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
    void nothingHasAPlaceWhereValuesAreNotKnown() {
        for (String word :
                List.of("$HOME_OF_BASE", "${WHERE:+a}", "${WHERE%/}", "$UNSET/b", "\\$WHERE")) {
            assertEquals("none", place("a.js", "FROM x", "COPY a.js " + word + "/"), word);
            assertEquals("none", place("a.js", "FROM x", "WORKDIR " + word, "COPY . ."), word);
            String[] lines = {"FROM x", "ARG D=" + word + "/x", "ENV E=$D", "COPY a.js $E/"};
            assertEquals("none", place("a.js", lines), word);
        }
    }

    @Test
    void whatIsNotKnownElsewhereDoesNotMatter() {
        assertEquals(
                "/app/a.js",
                place(
                        "a.js",
                        "FROM --platform=$BUILDPLATFORM x AS one",
                        "COPY b $NONE/",
                        "FROM y",
                        "ENV PATH=$PATH:/app",
                        "COPY --chown=$USER a.js /app/"));
        assertEquals(
                "none", place("a.js", "FROM x AS one", "WORKDIR $NONE", "FROM one", "COPY . ."));
    }

    @Test
    void eachStageHasArgumentsOfItsOwn() {
        assertEquals(
                "/2/a.js",
                place(
                        "a.js",
                        "FROM x",
                        "ARG D=/1",
                        "COPY a.js $D/",
                        "FROM y",
                        "ARG D=/2",
                        "COPY a.js $D/"));
        assertEquals("none", place("a.js", "ARG D=/0", "FROM x", "COPY a.js $D/"));
        assertEquals("/0/a.js", place("a.js", "ARG D=/0", "FROM x", "ARG D", "COPY a.js $D/"));
        assertEquals(
                "/1/b/a.js",
                place(
                        "a.js",
                        "FROM x AS one",
                        "ARG B=/1",
                        "FROM one",
                        "ARG D=$B/b",
                        "COPY a.js $D/"));
        assertEquals("/e/a.js", place("a.js", "FROM x", "ENV D=/e", "ARG D=/1", "COPY a.js $D/"));
    }

    @Test
    void filesOfWhichTheNamesAreNotKnownAreTaken() throws IOException {
        assertTrue(taken("a", "FROM x", "COPY ${A:+a} /"));
        assertTrue(taken("a", "FROM x", "ARG B=${A%/}", "ARG D=$B/x", "COPY $D /"));
        assertTrue(taken("two/a", "FROM x", "ARG D=one", "FROM y", "ARG D=two", "COPY $D /"));
        assertTrue(taken("b/x/a", "FROM x", "ARG B=b", "ARG D=$B/x", "COPY $D /"));
        assertFalse(taken("a", "FROM x", "ARG B=b", "ARG D=$B/x", "COPY $D /"));
    }

    private boolean taken(String name, String... lines) throws IOException {
        Files.write(folder.resolve("Dockerfile"), List.of(lines));
        return DockerCopies.taken(
                        folder, new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of()))
                .test(name);
    }

    @Test
    void theStageThatIsBuiltCounts() {
        Builder.Docker docker =
                new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of("--target=one"));
        List<String> lines = List.of("FROM x AS one", "COPY a /1/", "FROM y", "COPY a /2/");

        assertEquals("/1/a", DockerCopies.of(folder, lines, docker, "").place("a").orElse("none"));

        List<String> other =
                List.of("FROM --platform=linux/amd64 x as One", "COPY a /1/", "FROM y");
        assertEquals("/1/a", DockerCopies.of(folder, other, docker, "").place("a").orElse("none"));
    }
}
