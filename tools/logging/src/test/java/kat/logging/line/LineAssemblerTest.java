package kat.logging.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineAssemblerTest {

    private final List<String> taken = new ArrayList<>();
    private final List<LineAssembler.Place> resumes = new ArrayList<>();
    private final LineAssembler assembler =
            new LineAssembler(
                    (time, error, text, length, resume) -> {
                        taken.add(new String(text, 0, length, StandardCharsets.UTF_8));
                        resumes.add(resume);
                    });
    private long offset;
    private long now;

    private void write(boolean error, boolean partial, String... texts) {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            CriLine line = new CriLine(now, error, partial, 0);
            assembler.add(line, bytes, bytes.length, new LineAssembler.Place(1, offset), now);
            offset += bytes.length + 1;
        }
    }

    private List<String> all() {
        assembler.completeAll(new LineAssembler.Place(1, offset));
        return taken;
    }

    @Test
    void joinsWhatTheRuntimeSplit() {
        write(false, true, "a".repeat(16384), "b");
        write(false, false, "c", "next");

        assertEquals(List.of("a".repeat(16384) + "bc", "next"), all());
    }

    @Test
    void joinsAStackTraceOfJava() {
        String[] trace = {
            "java.lang.IllegalStateException: no",
            "\tat a.B.c(B.java:1)",
            "\tat a.B.d(B.java:2)",
            "Caused by: java.io.IOException: disk",
            "\t... 3 more",
            "\tSuppressed: java.io.IOException: close",
            "\t\tat a.B.e(B.java:3)"
        };
        write(true, false, "before");
        write(true, false, trace);
        write(true, false, "after", "\tindented");

        assertEquals(List.of("before", String.join("\n", trace), "after", "\tindented"), all());
    }

    @Test
    void joinsAStackTraceOfPythonWithItsCause() {
        String[] trace = {
            "Traceback (most recent call last):",
            "  File \"a.py\", line 1, in <module>",
            "    f()",
            "KeyError: 'x'",
            "",
            "During handling of the above exception, another exception occurred:",
            "",
            "Traceback (most recent call last):",
            "  File \"a.py\", line 3, in <module>",
            "ValueError: y"
        };
        write(true, false, trace);
        write(true, false, "INFO next");

        assertEquals(List.of(String.join("\n", trace), "INFO next"), all());
    }

    @Test
    void joinsAPanicOfGo() {
        String[] trace = {
            "panic: runtime error: index out of range [1]",
            "",
            "goroutine 1 [running]:",
            "main.main()",
            "\t/src/main.go:7 +0x1d",
            "exit status 2"
        };
        write(true, false, trace);
        write(true, false, "2026/01/02 next");

        assertEquals(List.of(String.join("\n", trace), "2026/01/02 next"), all());
    }

    @Test
    void keepsStreamsApartAndTheirOrder() {
        write(true, false, "java.lang.Error");
        write(false, false, "out");
        write(true, false, "\tat a.B.c(B.java:1)");
        write(false, false, "out 2");

        assertEquals(List.of("java.lang.Error\n\tat a.B.c(B.java:1)", "out", "out 2"), all());
    }

    @Test
    void resumesBehindWhatWasGivenOn() {
        write(false, false, "one", "two", "three");

        assertEquals(List.of("one", "two"), taken);
        assertEquals(
                List.of(new LineAssembler.Place(1, 4), new LineAssembler.Place(1, 8)), resumes);
    }

    @Test
    void givesOnWhatNothingFollows() {
        write(false, false, "alone");
        LineAssembler.Place end = new LineAssembler.Place(1, offset);

        assertTrue(assembler.settle(LineAssembler.SETTLE_NANOS - 1, end));
        assertEquals(List.of(), taken);
        assertFalse(assembler.settle(LineAssembler.SETTLE_NANOS, end));
        assertEquals(List.of("alone"), taken);
    }

    @Test
    void doesNotJoinWhatComesMuchLater() {
        write(false, false, "java.lang.Error");
        now = 2 * LineAssembler.SETTLE_NANOS;
        write(false, false, "\tat a.B.c(B.java:1)");

        assertEquals(List.of("java.lang.Error", "\tat a.B.c(B.java:1)"), all());
    }

    @Test
    void cutsWhatIsTooLong() {
        String part = "x".repeat(16384);
        for (int i = 0; i < 20; i++) {
            write(false, true, part);
        }
        write(false, false, "end");

        assertEquals(part.repeat(20) + "end", String.join("", all()));
        assertTrue(taken.stream().allMatch(text -> text.length() <= LineAssembler.MOST_BYTES));
    }
}
