package kat.cri;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A forwarded port over the `portforward.k8s.io` protocol: a stream of data, and one on which the
/// runtime says in words why it failed.
final class SpdyPortStream implements PortStream {

    private static final int MAX_WORDS_BYTES = 64 << 10;

    private final SpdyConnection connection;
    private final OutputStream output;
    private final InputStream input;

    SpdyPortStream(SpdyConnection connection, SpdyConnection.Stream data, InputStream errors) {
        this.connection = connection;
        this.output = data.output();
        this.input = new Checked(data.input(), errors);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        connection.close();
    }

    /// At the end of the data, tells whether it was a failure.
    private static final class Checked extends FilterInputStream {

        private final InputStream errors;

        Checked(InputStream data, InputStream errors) {
            super(data);
            this.errors = errors;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            if (next < 0) {
                check();
            }
            return next;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = super.read(into, from, length);
            if (count < 0) {
                check();
            }
            return count;
        }

        private void check() throws IOException {
            byte[] words = errors.readNBytes(MAX_WORDS_BYTES);
            if (words.length > 0) {
                throw new IOException(new String(words, StandardCharsets.UTF_8).strip());
            }
        }
    }
}
