package kat.kubelet.volumes;

/// How full a volume is.
public record Fill(Amount bytes, Amount inodes) {

    /// @param available what can still be had; less than what is free where some is kept for root
    public record Amount(long total, long used, long available) {}
}
