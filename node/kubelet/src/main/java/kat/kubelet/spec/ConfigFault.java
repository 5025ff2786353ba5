package kat.kubelet.spec;

/// A container cannot be made as its specification says, for example because a ConfigMap that it
/// names is missing. The message is shown to people in the container's status.
public final class ConfigFault extends Exception {

    private static final long serialVersionUID = 1L;

    public ConfigFault(String message) {
        super(message, null, false, false);
    }
}
