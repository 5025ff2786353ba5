package kat.kubelet.volumes;

/// A volume cannot be put in place; the message is shown to people in an event.
public final class VolumeFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final Telling telling;

    /// How people are told.
    public enum Telling {
        /// As why a volume could not be set up.
        REASON,
        /// The message is all of the sentence.
        SENTENCE,
        /// The message is all of the sentence, of a volume that is a device.
        DEVICE,
        /// Not at all: something has only not happened yet.
        NOT_YET
    }

    public VolumeFault(String message) {
        this(Telling.REASON, message);
    }

    public VolumeFault(Telling telling, String message) {
        super(message, null, false, false);
        this.telling = telling;
    }

    public Telling telling() {
        return telling;
    }

    /// The reason of the event that tells it.
    public String reason() {
        return telling == Telling.DEVICE ? "FailedMapVolume" : "FailedMount";
    }
}
