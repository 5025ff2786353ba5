package kat.apiserver.aggregation;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.auth.User;
import kat.apiserver.streaming.HttpAnswer;
import kat.apiserver.streaming.HttpCall;
import kat.apiserver.webhook.WebhookException;
import kat.client.HttpCarrier;

/// Carries requests of this process' own components to the servers of other groups, in the name of
/// one user.
///
/// **Threads:** any; blocks until the head of the answer is there.
public final class RemoteCarrier implements HttpCarrier {

    /// The longest pause in an answer, in milliseconds.
    private static final int PATIENCE_MILLIS = 10_000;

    /// A watch says nothing as long as nothing happens, but bookmarks come about once a minute.
    private static final int WATCH_MILLIS = 300_000;

    private static final System.Logger LOG = System.getLogger(RemoteCarrier.class.getName());

    private final Aggregation aggregation;
    private final User user;

    public RemoteCarrier(Aggregation aggregation, User user) {
        this.aggregation = aggregation;
        this.user = user;
    }

    /// @throws StatusException 503 when the server cannot be reached
    @Override
    public Carried carry(Wanted wanted) {
        try {
            return asked(wanted);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "extension server not reached", e);
            throw Status.serviceUnavailable("the server is currently unable to handle the request")
                    .asException();
        }
    }

    private Carried asked(Wanted wanted) throws IOException {
        URI uri = wanted.uri();
        Route route = aggregation.remote().ofPath(uri.getPath());
        if (route == null || !route.isAvailable()) {
            throw new IOException("service unavailable");
        }
        HttpCall call = open(route);
        try {
            call.limit(wanted.endsSoon() ? PATIENCE_MILLIS : WATCH_MILLIS);
            List<Map.Entry<String, String>> headers = new ArrayList<>(wanted.headers());
            headers.add(Map.entry("host", route.service().host()));
            headers.add(Map.entry("connection", "close"));
            RemoteCall.addUser(headers, user);
            String query = uri.getRawQuery();
            String path = query == null ? uri.getRawPath() : uri.getRawPath() + "?" + query;
            call.send(wanted.method(), path, headers, wanted.bytes());
            HttpAnswer answer = call.answer(wanted.method());
            return new Carried(answer.code(), new Body(answer.body(), call));
        } catch (IOException e) {
            call.close();
            throw e;
        }
    }

    private HttpCall open(Route route) throws IOException {
        try {
            return aggregation.proxy().open(route);
        } catch (WebhookException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// An answer's body, whose end is the connection's.
    private static final class Body extends FilterInputStream {

        private final HttpCall call;

        Body(InputStream body, HttpCall call) {
            super(body);
            this.call = call;
        }

        @Override
        public void close() throws IOException {
            call.close();
        }
    }
}
