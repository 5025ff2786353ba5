package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;

/// What became of a command.
///
/// @param command as it was run
/// @param exit its exit code
/// @param out standard output
/// @param err standard error
record Outcome(List<String> command, int exit, String out, String err) {

    /// Standard output of a command that must have succeeded.
    String ok() {
        assertEquals(0, exit, this::toString);
        return out;
    }

    /// Both outputs of a command that must have failed.
    String failed() {
        if (exit == 0) {
            fail("should have failed: " + this);
        }
        return out + err;
    }

    /// Asserts success and that the output holds each text.
    Outcome shows(String... texts) {
        ok();
        for (String text : texts) {
            assertTrue(out.contains(text), () -> "no \"" + text + "\" in: " + this);
        }
        return this;
    }

    /// Standard error without what libraries of the test's class path say.
    String said() {
        return String.join("\n", err.lines().filter(line -> !line.startsWith("SLF4J(")).toList());
    }

    @Override
    public String toString() {
        return "$ " + String.join(" ", command) + "\n" + out + err + "exit code " + exit;
    }
}
