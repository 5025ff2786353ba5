package kat.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import kat.client.node.Duplex;

/// A connection whose other side gives back what it gets, and ends when its input ends.
final class EchoPort implements Duplex {

    private final PipedInputStream back = new PipedInputStream();
    private final PipedOutputStream in;

    EchoPort() {
        try {
            in = new PipedOutputStream(back);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream input() {
        return back;
    }

    @Override
    public OutputStream output() {
        return in;
    }

    @Override
    public void close() {
        try {
            in.close();
            back.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
