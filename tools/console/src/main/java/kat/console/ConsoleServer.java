package kat.console;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.WebFiles;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;
import kat.client.kubeconfig.SignIn;

/// Serves the dashboard to one person's browser, and passes its requests on to the API server
/// with that person's own credentials. It has no rights of its own and keeps nothing.
///
/// ```
/// browser → Guard (own page?) ┬ /dashboard/…             → files, session
///                             ├ /dashboard/rollback + session → Rollbacks → Helm
///                             └ /api, /apis, … + session → Upstream → API server
/// ```
///
/// **Threads:** [#start] and [#close] by the owner; a virtual thread for each connection.
public final class ConsoleServer implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.console");
    private static final int MOST_CONNECTIONS = 512;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final String SESSION = "/dashboard/session.json";
    private static final String ROLLBACK = "/dashboard/rollback";
    private static final int OK = 200;
    private static final int FOUND = 302;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int BAD_GATEWAY = 502;

    private final Kubeconfig kubeconfig;
    private final Optional<Rollbacks> rollbacks;
    private final WebFiles files;
    private final Sessions sessions;
    private final Upstream upstream;
    private final Threads threads;
    private final ServerSocket listening;
    private final Guard guard;
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// What a dashboard shows, and where.
    ///
    /// @param kubeconfig the cluster and the user
    /// @param page the folder of the built page
    /// @param port on loopback; 0 for any free one
    /// @param helm rolls releases back; without it the page offers none
    public record Settings(Kubeconfig kubeconfig, Path page, int port, Optional<Helm> helm) {}

    /// Binds to loopback; nothing is answered before [#start].
    ///
    /// @throws IOException when the port is taken
    /// @throws KubeconfigException when the user's credentials cannot be used
    public ConsoleServer(Settings settings, Ticker ticker, Randomness randomness)
            throws IOException {
        this.kubeconfig = settings.kubeconfig();
        this.rollbacks = settings.helm().map(Rollbacks::new);
        this.files = new WebFiles(settings.page(), "/dashboard/");
        this.sessions = new Sessions(ticker, randomness);
        this.threads = ticker.threads();
        this.upstream = new Upstream(new SignIn(kubeconfig, ticker));
        this.listening = new ServerSocket();
        this.listening.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()));
        this.guard = new Guard(listening.getLocalPort());
    }

    /// Begins to answer.
    public void start() {
        Threads.Running unused = threads.start("kat-console", this::accept);
    }

    /// The address for the browser, with the secret that lets one browser in, once.
    public String address() {
        return "http://127.0.0.1:" + guard.port() + "/dashboard/#" + sessions.secret();
    }

    /// Whether Helm rolls a release back for somebody just now.
    public boolean isRollingBack() {
        return rollbacks.isPresent() && rollbacks.get().isUnderWay();
    }

    /// Waits until no rollback is under way; from then on none begins.
    ///
    /// @return false when one still was after `patience`
    public boolean awaitRollbacks(Duration patience) throws InterruptedException {
        return rollbacks.isEmpty() || rollbacks.get().awaitEnd(patience);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                if (!free.tryAcquire()) {
                    socket.close();
                    continue;
                }
                open.add(socket);
                Threads.Running unused =
                        threads.start("kat-console-connection", () -> connection(socket));
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException("the dashboard's server stopped", e);
            }
        }
    }

    private void connection(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) IDLE.toMillis());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            boolean goesOn = true;
            while (goesOn) {
                goesOn = request(socket, in, out);
            }
        } catch (EOFException | SocketTimeoutException ended) {
            LOG.log(Level.TRACE, "connection ended", ended);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection broke", e);
        } finally {
            open.remove(socket);
            free.release();
        }
    }

    /// @return whether the connection can take another request
    private boolean request(Socket socket, InputStream in, OutputStream out) throws IOException {
        Head head;
        byte[] body;
        try {
            head = Head.read(in);
            body = head.body(in);
        } catch (Head.BadRequest e) {
            Answer.refusal(BAD_REQUEST, "BadRequest", String.valueOf(e.getMessage()), out);
            return false;
        }
        switch (guard.judge(head)) {
            case FOREIGN ->
                    Answer.refusal(
                            FORBIDDEN, "Forbidden", "only the dashboard's own page may ask", out);
            case UNKNOWN -> Answer.refusal(NOT_FOUND, "NotFound", "there is no such path", out);
            case PAGE -> page(head, body, out);
            case API -> {
                return api(head, body, socket, out);
            }
        }
        return true;
    }

    private void page(Head head, byte[] body, OutputStream out) throws IOException {
        if (head.path().equals("/")) {
            Answer.whole(FOUND, List.of(Map.entry("location", "/dashboard/")), new byte[0], out);
        } else if (head.path().equals(SESSION)) {
            session(head, body, out);
        } else if (head.path().equals(ROLLBACK)) {
            rollback(head, body, out);
        } else {
            WebFiles.Found found =
                    files.find(
                            new WebFiles.Wanted(
                                    head.method(),
                                    head.path(),
                                    head.header("accept-encoding"),
                                    head.header("if-none-match")));
            Answer.whole(found.code(), found.headers().entrySet(), body(found), out);
        }
    }

    private static byte[] body(WebFiles.Found found) {
        return found.body().isEmpty() ? new byte[0] : found.body().getFirst();
    }

    /// `POST` gives a session for the secret; `GET` tells which cluster it is for.
    private void session(Head head, byte[] body, OutputStream out) throws IOException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        boolean isOpen = sessions.isOpen(head.cookie(cookie()));
        if (head.method().equals("POST")) {
            String session = sessions.exchange(new String(body, StandardCharsets.UTF_8));
            if (!session.isEmpty()) {
                isOpen = true;
                headers.add(
                        Map.entry(
                                "set-cookie",
                                cookie() + "=" + session + "; Path=/; HttpOnly; SameSite=Strict"));
            }
        }
        if (!isOpen) {
            noSession(out);
            return;
        }
        headers.add(Map.entry("content-type", "application/json"));
        headers.add(Map.entry("cache-control", "no-store"));
        JsonObject told =
                JsonObject.EMPTY
                        .with("server", Json.of(kubeconfig.server().toString()))
                        .with("namespace", Json.of(kubeconfig.namespace()))
                        .with("helm", rollbacks.isPresent());
        Answer.whole(OK, headers, told.toBytes(), out);
    }

    private void rollback(Head head, byte[] body, OutputStream out) throws IOException {
        if (!sessions.isOpen(head.cookie(cookie()))) {
            noSession(out);
        } else if (rollbacks.isEmpty() || !head.method().equals("POST")) {
            Answer.refusal(NOT_FOUND, "NotFound", "there is no such path", out);
        } else {
            rollbacks.get().run(body, out);
        }
    }

    /// Cookies are shared by all ports of a host, so their names tell the port.
    private String cookie() {
        return "kat-console-" + guard.port();
    }

    private static void noSession(OutputStream out) throws IOException {
        Answer.refusal(
                UNAUTHORIZED,
                "Unauthorized",
                "this browser is not signed in: open the address that kat dashboard printed, or"
                        + " run it again",
                out);
    }

    private boolean api(Head head, byte[] body, Socket socket, OutputStream out)
            throws IOException {
        if (!sessions.isOpen(head.cookie(cookie()))) {
            noSession(out);
            return true;
        }
        try {
            if (head.wantsSocket()) {
                upstream.tunnel(head, socket, threads);
                return false;
            }
            upstream.forward(head, body, out);
            return true;
        } catch (Answer.Cut e) {
            throw e;
        } catch (IllegalArgumentException e) {
            String why = "the request cannot be passed on: " + e.getMessage();
            Answer.refusal(BAD_REQUEST, "BadRequest", why, out);
            return true;
        } catch (IOException | KubeconfigException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            Answer.refusal(
                    BAD_GATEWAY,
                    "ServiceUnavailable",
                    "cannot reach " + kubeconfig.server() + ": " + why,
                    out);
            return false;
        }
    }

    /// Ends all connections.
    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        upstream.close();
    }
}
