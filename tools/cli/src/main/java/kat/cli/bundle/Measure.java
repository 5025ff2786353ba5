package kat.cli.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Passes bytes on, and tells how many there were and their digest.
final class Measure extends OutputStream {

    private final OutputStream out;
    private final MessageDigest digest;
    private long size;

    Measure(OutputStream out) {
        this.out = out;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        out.write(bytes, from, count);
        digest.update(bytes, from, count);
        size += count;
    }

    long size() {
        return size;
    }

    /// Of all bytes so far; to be asked once.
    String digest() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
