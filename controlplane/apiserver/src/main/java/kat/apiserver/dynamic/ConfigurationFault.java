package kat.apiserver.dynamic;

/// A policy or binding that cannot act as it is.
final class ConfigurationFault extends Exception {

    private static final long serialVersionUID = 1;

    ConfigurationFault(String message) {
        super(message);
    }
}
