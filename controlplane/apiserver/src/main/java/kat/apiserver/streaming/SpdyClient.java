package kat.apiserver.streaming;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.Status;
import kat.client.node.ExecOptions;
import org.jspecify.annotations.Nullable;

/// A process's client over SPDY: one stream a channel, named by the header `streamType`.
final class SpdyClient implements ProcessClient, SpdySession.Listener {

    private static final int OPEN_SECONDS = 30;
    private static final int LEAVE_SECONDS = 5;

    private final Map<Channel, SpdySession.Stream> streams = new ConcurrentHashMap<>();
    private final CountDownLatch awaited;
    private final CountDownLatch left = new CountDownLatch(1);
    private volatile @Nullable Runnable onGone;
    private volatile @Nullable SpdySession session;

    SpdyClient(ExecOptions options) {
        int count = 1;
        count += options.stdin() ? 1 : 0;
        count += options.stdout() ? 1 : 0;
        count += options.stderr() && !options.tty() ? 1 : 0;
        count += options.tty() ? 1 : 0;
        this.awaited = new CountDownLatch(count);
    }

    void attach(SpdySession opened) {
        session = opened;
    }

    @Override
    public void opened(SpdySession.Stream stream) {
        Channel channel =
                switch (stream.header("streamtype").toLowerCase(Locale.ROOT)) {
                    case "stdin" -> Channel.STDIN;
                    case "stdout" -> Channel.STDOUT;
                    case "stderr" -> Channel.STDERR;
                    case "resize" -> Channel.RESIZE;
                    default -> Channel.ERROR;
                };
        streams.put(channel, stream);
        awaited.countDown();
    }

    @Override
    public void closed() {
        left.countDown();
        Runnable callback = onGone;
        if (callback != null) {
            callback.run();
        }
    }

    @Override
    public void awaitReady() throws InterruptedException {
        if (!awaited.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
            throw Status.timeout("timed out waiting for client to create streams").asException();
        }
    }

    @Override
    public Inbox inbox(Channel channel) {
        SpdySession.Stream stream = streams.get(channel);
        if (stream != null) {
            return stream.input();
        }
        Inbox none = new Inbox(Inbox.NONE);
        none.end();
        return none;
    }

    @Override
    public void send(Channel channel, byte[] bytes) throws InterruptedException {
        SpdySession.Stream stream = streams.get(channel);
        if (stream != null) {
            stream.send(bytes);
        }
    }

    @Override
    public void finish(Status status) throws InterruptedException {
        send(Channel.ERROR, status.toJson().toBytes());
        for (Map.Entry<Channel, SpdySession.Stream> each : streams.entrySet()) {
            if (each.getKey() != Channel.STDIN && each.getKey() != Channel.RESIZE) {
                each.getValue().end();
            }
        }
        boolean gone = left.await(LEAVE_SECONDS, TimeUnit.SECONDS);
        SpdySession open = session;
        if (!gone && open != null) {
            open.close();
        }
    }

    @Override
    public void onGone(Runnable callback) {
        onGone = callback;
        if (left.getCount() == 0) {
            callback.run();
        }
    }
}
