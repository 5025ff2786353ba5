package kat.logging.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// How far an output has come, in a file.
///
/// @param file holds the sequence of the last line that was taken
public record Progress(Path file) {

    private static final int MOST_DIGITS = 18;

    /// @return 0 when nothing was sent yet
    /// @throws IOException when the file cannot be read, or holds no number
    public long read() throws IOException {
        try {
            String text = Files.readString(file).strip();
            if (text.length() > MOST_DIGITS || !text.matches("[0-9]+")) {
                throw new IOException(file + " should hold a number");
            }
            return Long.parseLong(text);
        } catch (NoSuchFileException first) {
            return 0;
        }
    }

    void write(long sequence) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(unfinished, Long.toString(sequence), StandardCharsets.US_ASCII);
        try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Path unused = Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
