package kat.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachableSocketTest {

    private static final Path LONG = Path.of("/" + "l".repeat(103) + "/s.k");

    @TempDir Path links;

    @Test
    void aPathThatAnAddressHoldsIsUsedAsItIs() throws Exception {
        Path longest = Path.of("/" + "l".repeat(106));

        try (ReachableSocket socket = new ReachableSocket(longest, links)) {
            assertEquals(longest, socket.path());
            assertEquals(List.of(), content());
        }
    }

    @Test
    void aLongerOneIsReachedThroughALinkThatNobodyElseSees() throws Exception {
        try (ReachableSocket socket = new ReachableSocket(LONG, links)) {
            assertEquals(LONG, Files.readSymbolicLink(socket.path()));
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(content().getFirst())));
        }
    }

    @Test
    void nothingIsLeftOfALink() throws Exception {
        new ReachableSocket(LONG, links).close();

        assertEquals(List.of(), content());
    }

    @Test
    void aLinkThatCannotBeMadeIsAFailureThatMayPass() {
        Path absent = links.resolve("absent");

        CsiException failure =
                assertThrows(
                        CsiException.class,
                        () -> {
                            try (var _ = new ReachableSocket(LONG, absent)) {
                                throw new AssertionError("made in a folder that is not there");
                            }
                        });

        assertEquals(CsiException.Code.UNAVAILABLE, failure.code());
        assertTrue(String.valueOf(failure.getMessage()).contains(LONG.toString()));
    }

    @Test
    void linksLieWhereNobodyCleansUpAndTheirPathsAreShort() {
        Path longest = Path.of("/" + "o".repeat(70));
        Path tooLong = Path.of("/" + "o".repeat(71));
        Path absent = links.resolve("absent");

        assertEquals(longest, ReachableSocket.place(longest, links, absent));
        assertEquals(links, ReachableSocket.place(tooLong, links, absent));
        assertEquals(links, ReachableSocket.place(tooLong, absent, links));
    }

    @Test
    void linksOfAProcessThatEndedAllOfASuddenAreRemoved() throws Exception {
        ReachableSocket left = new ReachableSocket(LONG, links);
        Path other = Files.createDirectory(links.resolve("pods"));

        ReachableSocket.clear(links);

        assertEquals(List.of(other), content());
        left.close();
    }

    private List<Path> content() throws Exception {
        try (Stream<Path> all = Files.list(links)) {
            return all.toList();
        }
    }
}
