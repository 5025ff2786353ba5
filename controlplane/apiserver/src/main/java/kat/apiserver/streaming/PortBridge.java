package kat.apiserver.streaming;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Joins pairs of SPDY streams (`data` and `error`, with one `requestID`) with ports of a pod.
///
/// **Threads:** as [SpdySession.Listener].
final class PortBridge implements SpdySession.Listener {

    private final PortLink link;
    private final Map<String, SpdySession.Stream> halves = new ConcurrentHashMap<>();

    PortBridge(PortLink link) {
        this.link = link;
    }

    @Override
    public void opened(SpdySession.Stream stream) throws InterruptedException {
        String request = stream.header("requestid");
        SpdySession.Stream other = halves.putIfAbsent(request, stream);
        if (other == null) {
            return;
        }
        halves.remove(request);
        boolean isData = stream.header("streamtype").equals("data");
        SpdySession.Stream data = isData ? stream : other;
        link.join(port(data.header("port")), data, isData ? other : stream);
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void closed() {
        halves.clear();
    }
}
