package kat.kubelet.volumes;

/// A volume cannot be put in place; the message is shown to people in an event.
public final class VolumeFault extends Exception {

    private static final long serialVersionUID = 1L;

    public VolumeFault(String message) {
        super(message, null, false, false);
    }
}
