package kat.kubelet.plugins;

import java.nio.file.Path;

/// Why a plug-in is not taken in, in the words that it is told.
public final class RegistrationFault extends Exception {

    private static final long serialVersionUID = 1L;

    private RegistrationFault(String message) {
        super(message);
    }

    /// Nobody takes in plug-ins of its type.
    static RegistrationFault unknown(String type, Path socket) {
        return new RegistrationFault(
                "no handler registered for plugin type: " + type + " at socket " + socket);
    }

    /// It cannot be one of those that are served.
    public static RegistrationFault invalid(String why) {
        return new RegistrationFault("plugin validation failed with err: " + why);
    }

    /// It could not be made to serve.
    public static RegistrationFault failed(String why) {
        return new RegistrationFault("plugin registration failed with err: " + why);
    }
}
