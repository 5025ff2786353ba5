package kat.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final Path FILE = Path.of("page.md");
    private static final List<String> LINES =
            """
            Save this as `pod.yaml`:

            ```yaml pod.yaml
            kind: Pod
            ```

            ```sh
            only read
            ```

            ```console
            $ cat <<END
            > two
            > END
            two
            $ true
            $ echo three
            three
            ```

            The end.
            """
                    .lines()
                    .toList();

    @Test
    void filesAreSavedAndCommandsTypedInTheirOrder() {
        assertEquals(
                List.of(
                        new Step.Save("pod.yaml", List.of("kind: Pod")),
                        new Step.Type(12, "cat <<END\ntwo\nEND", 14, List.of("two")),
                        new Step.Type(16, "true", 16, List.of()),
                        new Step.Type(17, "echo three", 17, List.of("three"))),
                Page.of(FILE, LINES).steps());
    }

    @Test
    void onlyOutputsAreRewritten() {
        Page page = Page.of(FILE, LINES);

        assertEquals(LINES, page.with(List.of(List.of("two"), List.of(), List.of("three"))));
        assertEquals(
                LINES.size() + 2,
                page.with(List.of(List.of("2", "and"), List.of("more"), List.of("3"))).size());
    }

    @Test
    void aPageThatCannotBeFollowedIsRefused() {
        for (List<String> lines :
                List.of(
                        List.of("```console", "$ true"),
                        List.of("```console", "output", "```"),
                        List.of("Save this:", "```yaml pod.yaml", "kind: Pod", "```"))) {
            assertThrows(IllegalArgumentException.class, () -> Page.of(FILE, lines));
        }
    }
}
