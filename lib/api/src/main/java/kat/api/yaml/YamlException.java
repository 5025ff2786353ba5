package kat.api.yaml;

/// A text that is not YAML, or that goes beyond the limits. The message names the line.
public final class YamlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    YamlException(String message) {
        super(message);
    }
}
