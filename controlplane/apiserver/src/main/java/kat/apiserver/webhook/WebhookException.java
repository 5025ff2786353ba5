package kat.apiserver.webhook;

import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A webhook that could not be asked, or did not answer as it should.
public final class WebhookException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean isBefore;

    WebhookException(String message) {
        super(message);
        this.isBefore = false;
    }

    WebhookException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private WebhookException(String message, Throwable cause, boolean isBefore) {
        super(message, cause);
        this.isBefore = isBefore;
    }

    /// One whose configuration does not let it be asked at all.
    static WebhookException before(String message, Throwable cause) {
        return new WebhookException(message, cause, true);
    }

    /// Whether the other side broke the connection off.
    boolean isReset() {
        for (@Nullable Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException && "Connection reset".equals(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /// Whether nothing was sent, since what was configured cannot be used.
    public boolean isBefore() {
        return isBefore;
    }
}
