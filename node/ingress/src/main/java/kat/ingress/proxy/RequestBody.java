package kat.ingress.proxy;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a request on its way: what no server took yet, and, while it is short, a second
/// hold on what one took, so that another server can be asked.
///
/// **Threads:** the event loop.
final class RequestBody {

    /// More waits only as long as reading stops.
    static final int MOST_WAITING_BYTES = 64 << 10;

    private static final int MOST_KEPT_BYTES = 64 << 10;

    private final Deque<HttpContent> waiting = new ArrayDeque<>(0);
    private @Nullable List<HttpContent> kept;
    private long waitingBytes;
    private long keptBytes;
    private boolean forgotten; // what was sent is not kept whole
    private boolean ended; // the end was passed on

    void add(HttpContent content) {
        waitingBytes += content.content().readableBytes();
        waiting.add(content);
    }

    /// A whole request is a head, too, which is passed on by itself.
    static HttpContent withoutHead(HttpContent piece) {
        if (!(piece instanceof FullHttpRequest full)) {
            return piece;
        }
        if (!full.content().isReadable()) {
            full.release();
            return LastHttpContent.EMPTY_LAST_CONTENT;
        }
        return new DefaultLastHttpContent(full.content());
    }

    boolean isFull() {
        return waitingBytes >= MOST_WAITING_BYTES;
    }

    /// Whether something came from the client that no server takes.
    boolean isHeldUp() {
        return !waiting.isEmpty();
    }

    /// Whether the end was passed on.
    boolean isEnded() {
        return ended;
    }

    /// Whether all that was passed on can be passed on once more.
    boolean isRepeatable() {
        return !forgotten;
    }

    /// Passes on what waits, as far as the server takes it.
    ///
    /// @return whether something was passed on
    boolean passTo(ServerLink link) {
        boolean any = false;
        while (!waiting.isEmpty() && link.isWritable()) {
            HttpContent content = waiting.removeFirst();
            waitingBytes -= content.content().readableBytes();
            pass(content, link);
            any = true;
        }
        return any;
    }

    private void pass(HttpContent content, ServerLink link) {
        ended |= content instanceof LastHttpContent;
        int size = content.content().readableBytes();
        boolean plainEnd = content == LastHttpContent.EMPTY_LAST_CONTENT;
        if (!forgotten && !plainEnd) {
            keptBytes += size;
            if (keptBytes > MOST_KEPT_BYTES) {
                forget();
            } else {
                keep(content.retainedDuplicate());
            }
        }
        link.send(content);
    }

    private void keep(HttpContent content) {
        List<HttpContent> list = kept;
        if (list == null) {
            list = new ArrayList<>(2);
            kept = list;
        }
        list.add(content);
    }

    /// Gives up the second hold.
    void forget() {
        forgotten = true;
        List<HttpContent> list = kept;
        kept = null;
        if (list != null) {
            list.forEach(HttpContent::release);
        }
    }

    /// Makes all that was passed on wait again.
    void rewind() {
        List<HttpContent> list = kept;
        kept = null;
        keptBytes = 0;
        boolean endKept = false;
        Deque<HttpContent> later = new ArrayDeque<>(waiting);
        waiting.clear();
        waitingBytes = 0;
        if (list != null) {
            for (HttpContent content : list) {
                endKept |= content instanceof LastHttpContent;
                add(content);
            }
        }
        if (ended && !endKept) {
            add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        ended = false;
        later.forEach(this::add);
    }

    void release() {
        forget();
        waiting.forEach(HttpContent::release);
        waiting.clear();
        waitingBytes = 0;
    }
}
