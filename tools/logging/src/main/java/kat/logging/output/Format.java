package kat.logging.output;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.logging.line.LogRecord;

/// How a store takes lines.
///
/// **Threads:** any.
public interface Format {

    /// What is appended to the address of the store.
    String path();

    String contentType();

    /// @param lines at least one
    byte[] encode(List<LogRecord> lines);

    /// @param code of HTTP
    /// @param retryAfter the header of that name; empty when there is none
    /// @param body at most some thousand bytes
    /// @param count how many lines were sent
    default Verdict judge(int code, String retryAfter, byte[] body, int count) {
        return Verdict.of(code, retryAfter, new String(body, StandardCharsets.UTF_8));
    }
}
