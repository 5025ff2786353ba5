package kat.kubelet.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import kat.client.node.LogOptions;

/// The end of a log, for a container that left no other message.
public final class LogTail {

    private LogTail() {}

    /// @return empty when there is no log
    public static String read(Path log, int mostLines, int mostBytes) {
        if (!Files.exists(log)) {
            return "";
        }
        LogOptions tail = new LogOptions(false, false, false, null, mostLines, -1, "All");
        try (LogReader reader = new LogReader(log, tail, () -> false)) {
            byte[] text = reader.readAllBytes();
            int start = Math.max(0, text.length - mostBytes);
            return new String(Arrays.copyOfRange(text, start, text.length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the end of " + log, e);
        }
    }
}
