package kat.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Why a verb could not do its work: one sentence that says what failed, on what, and what to do.
final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CliException(String sentence) {
        super(sentence);
    }

    CliException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /// What `failed` says about a file, as one sentence with a reason.
    static CliException of(String failed, IOException cause) {
        String reason = reason(cause);
        if (cause instanceof FileSystemException about && failed.endsWith(" " + about.getFile())) {
            reason = reason.replaceFirst("( on|:) " + Pattern.quote(about.getFile()) + "$", "");
        }
        return new CliException(failed + ": " + reason, cause);
    }

    /// A message of several lines as part of a sentence.
    static String oneLine(RuntimeException failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /// The reason in words: Java leaves it to the exception's class for common ones.
    static String reason(@Nullable IOException cause) {
        return switch (cause) {
            case null -> "unknown reason";
            case AccessDeniedException denied -> "permission denied on " + denied.getFile();
            case NoSuchFileException absent -> "no such file: " + absent.getFile();
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case FileSystemException other when other.getReason() != null ->
                    other.getReason() + " on " + other.getFile();
            default -> String.valueOf(cause.getMessage());
        };
    }
}
