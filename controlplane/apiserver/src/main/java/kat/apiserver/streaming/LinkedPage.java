package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// A page of HTML as it is read, with links that lead through a proxy ([ProxyLinks]). Only a tag
/// that is not read whole yet is kept, of [#MOST_TAG_BYTES] at most; a longer one is passed on as
/// it is.
///
/// **Threads:** one; [#close] by any.
final class LinkedPage extends InputStream {

    static final int MOST_TAG_BYTES = 64 << 10;

    private static final int PART_BYTES = 32 << 10;

    private final InputStream page;
    private final String prefix;
    private final ByteArrayOutputStream tag = new ByteArrayOutputStream();
    private final ByteArrayOutputStream changed = new ByteArrayOutputStream();
    private byte[] ready = {};
    private int next;
    private boolean inTag;

    /// @param page closed with this
    /// @param prefix the proxy's path, without a slash at its end
    LinkedPage(InputStream page, String prefix) {
        this.page = page;
        this.prefix = prefix;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (next == ready.length) {
            if (!fill()) {
                return -1;
            }
        }
        int given = Math.min(length, ready.length - next);
        System.arraycopy(ready, next, into, offset, given);
        next += given;
        return given;
    }

    /// Whether the page goes on.
    private boolean fill() throws IOException {
        byte[] part = new byte[PART_BYTES];
        int read = page.read(part);
        if (read < 0 && tag.size() == 0) {
            return false;
        }
        for (int i = 0; i < read; i++) {
            take(part[i]);
        }
        if (read < 0) {
            giveUp();
        }
        ready = changed.toByteArray();
        next = 0;
        changed.reset();
        return true;
    }

    private void take(byte one) {
        if (!inTag) {
            inTag = one == '<';
        }
        if (!inTag) {
            changed.write(one);
            return;
        }
        tag.write(one);
        if (one == '>') {
            changed.writeBytes(
                    ProxyLinks.inTag(tag.toString(ISO_8859_1), prefix).getBytes(ISO_8859_1));
            tag.reset();
            inTag = false;
        } else if (tag.size() == MOST_TAG_BYTES) {
            giveUp();
        }
    }

    /// Passes on what was kept as it is.
    private void giveUp() {
        changed.writeBytes(tag.toByteArray());
        tag.reset();
        inTag = false;
    }

    @Override
    public void close() throws IOException {
        page.close();
    }
}
