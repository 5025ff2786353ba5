package kat.api.yaml;

/// A text that is not YAML.
public final class YamlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    YamlException(String message) {
        super(message);
    }
}
