package kat.csi;

/// How full a volume is, as its driver tells.
///
/// @param bytes all zero when the driver does not tell
/// @param inodes all zero when the driver does not tell
public record VolumeFigures(Amount bytes, Amount inodes) {

    /// @param available still free
    public record Amount(long total, long used, long available) {
        public static final Amount NONE = new Amount(0, 0, 0);
    }
}
