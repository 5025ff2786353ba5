package kat.addons;

/// Why something cannot be done with an add-on: one sentence for the user.
public final class AddonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AddonException(String sentence) {
        super(sentence);
    }

    AddonException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
