package kat.dev.config;

/// What keeps a verb from doing its work: one sentence that says what failed, on what, and what
/// to do; lines of a tool may follow it.
public final class DevException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DevException(String sentence) {
        super(sentence);
    }

    public DevException(String sentence, Throwable cause) {
        super(sentence + ": " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof java.nio.file.NoSuchFileException absent) {
            return "no such file: " + absent.getFile();
        }
        if (cause instanceof java.nio.file.AccessDeniedException denied) {
            return "permission denied on " + denied.getFile();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
