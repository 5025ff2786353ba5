package kat.apiserver.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at one connection of HTTP/2 every few seconds, and ends what its client neglects.
///
/// | what | after | then |
/// |---|---|---|
/// | the preface has not come | `preface` | the connection is closed |
/// | no stream is open, whatever else is said | `idle` | GOAWAY, closed |
/// | a request has not come whole | `body` | RST_STREAM |
/// | an answer has not been taken | `answer` | RST_STREAM |
/// | frames that ask for nothing | too many between two looks | GOAWAY `ENHANCE_YOUR_CALM` |
///
/// Looks are counted instead of time, so that nothing has to be noted per frame.
///
/// **Threads:** the connection's event loop.
final class Patience {

    /// Pings, settings, priorities and unknown frames between two looks.
    private static final int MOST_IDLE_FRAMES = 5000;

    private final HttpLimits limits;
    private final Connections connections;
    private final Ends ends;
    private @Nullable Future<?> looking;
    private boolean isGreeted;
    private int frames;
    private int idleLooks;

    /// How things are ended.
    interface Ends {
        void goAway(ChannelHandlerContext context);

        void reset(ChannelHandlerContext context, Http2Stream stream, Http2Error error);

        /// How many looks the stream has waited for its client, this one included; 0 where it is
        /// the server's turn.
        Waiting waits(Http2Stream stream);
    }

    /// @param looks how many looks a stream has waited for its client
    /// @param forBody whether for the rest of the request, else for the answer to be taken
    record Waiting(int looks, boolean forBody) {
        static final Waiting NONE = new Waiting(0, false);
    }

    Patience(HttpLimits limits, Connections connections, Ends ends) {
        this.limits = limits;
        this.connections = connections;
        this.ends = ends;
    }

    void begin(ChannelHandlerContext context, Http2Connection connection) {
        long millis = limits.look().toMillis();
        looking =
                context.executor()
                        .scheduleAtFixedRate(
                                () -> look(context, connection),
                                millis,
                                millis,
                                TimeUnit.MILLISECONDS);
    }

    void end() {
        Future<?> running = looking;
        if (running != null) {
            running.cancel(false);
        }
    }

    /// The first settings have come.
    void greeted() {
        isGreeted = true;
    }

    /// A frame came that asks for nothing.
    void idleFrame() throws Http2Exception {
        if (++frames > MOST_IDLE_FRAMES) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
        }
    }

    private void look(ChannelHandlerContext context, Http2Connection connection) {
        frames = 0;
        if (connection.numActiveStreams() == 0) {
            idleLooks++;
            int most = limits.looks(isGreeted ? limits.idle() : limits.preface());
            if (idleLooks >= most || connections.isCrowded()) {
                end();
                ends.goAway(context);
            }
            return;
        }
        idleLooks = 0;
        for (Http2Stream stream : overdue(connection)) {
            ends.reset(context, stream, Http2Error.CANCEL);
        }
    }

    private List<Http2Stream> overdue(Http2Connection connection) {
        List<Http2Stream> found = new ArrayList<>();
        try {
            Http2Stream unused =
                    connection.forEachActiveStream(
                            stream -> {
                                Waiting waiting = ends.waits(stream);
                                int most =
                                        limits.looks(
                                                waiting.forBody()
                                                        ? limits.body()
                                                        : limits.answer());
                                if (waiting.looks() > most) {
                                    found.add(stream);
                                }
                                return true;
                            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("streams cannot be visited", e);
        }
        return found;
    }
}
