package kat.apiserver.webhook;

/// A webhook that could not be asked, or did not answer as it should.
public final class WebhookException extends Exception {

    private static final long serialVersionUID = 1;

    WebhookException(String message) {
        super(message);
    }

    WebhookException(String message, Throwable cause) {
        super(message, cause);
    }
}
