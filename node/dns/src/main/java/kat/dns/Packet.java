package kat.dns;

/// A message's bytes, which nobody changes any more.
final class Packet {

    private final byte[] bytes;

    /// Takes over the array.
    Packet(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }
}
