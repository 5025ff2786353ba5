package kat.apiserver.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// A request's body as it comes in, up to a limit.
final class Body {

    private static final byte[] NONE = new byte[0];

    private final int limit;
    private byte[] bytes = NONE;
    private int size;
    private boolean tooLarge;

    Body(int limit) {
        this.limit = limit;
    }

    void add(ByteBuf data) {
        int more = data.readableBytes();
        if (tooLarge || more == 0) {
            return;
        }
        if (size + more > limit) {
            tooLarge = true;
            bytes = NONE;
            size = 0;
            return;
        }
        if (size + more > bytes.length) {
            int doubled = (int) Math.min(limit, size * 2L);
            bytes = Arrays.copyOf(bytes, Math.max(doubled, size + more));
        }
        data.getBytes(data.readerIndex(), bytes, size, more);
        size += more;
    }

    boolean isTooLarge() {
        return tooLarge;
    }

    byte[] take() {
        byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        bytes = NONE;
        size = 0;
        return whole;
    }
}
