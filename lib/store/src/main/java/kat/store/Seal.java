package kat.store;

/// Turns values into the form in which they lie outside this process, and back. What is in memory
/// is as it was written; what reaches a disk or another server went through here.
///
/// **Threads:** any.
public interface Seal {

    /// Values lie as they are.
    Seal NONE =
            new Seal() {
                @Override
                public byte[] seal(String key, byte[] value) {
                    return value;
                }

                @Override
                public byte[] open(String key, byte[] stored) {
                    return stored;
                }

                @Override
                public boolean isOutdated(String key, byte[] stored) {
                    return false;
                }
            };

    /// @param value never changed; may be given back as it is
    byte[] seal(String key, byte[] value);

    /// @param stored never changed; may be given back as it is
    /// @throws SealException when it cannot be opened
    byte[] open(String key, byte[] stored) throws SealException;

    /// Whether [#seal] would store it in another way today.
    boolean isOutdated(String key, byte[] stored);
}
