package kat.cli.bundle;

/// Why a bundle cannot be made or used, as one sentence.
public final class BundleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BundleException(String sentence) {
        super(sentence);
    }

    public BundleException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
