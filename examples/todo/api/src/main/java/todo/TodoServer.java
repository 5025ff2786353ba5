package todo;

import io.helidon.http.HttpException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/// The parts of the API, put together: everything that is connected is connected here.
///
/// It listens at once, also while the database is still away: it then answers 503, and
/// `/health/ready` says so.
public final class TodoServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TodoServer.class.getName());
    private static final String MANAGEMENT = "management";
    private static final String REHEARSAL = "rehearsal";
    private static final long LARGEST_BODY_BYTES = 64 * 1024;

    /// How long requests that run at the end may take to finish.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final PrometheusMeterRegistry metrics =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Settings settings;
    private final Database database;
    private final Health health;
    private final WebServer server;

    public TodoServer(Settings settings) {
        this.settings = settings;
        Rehearsal rehearsal = new Rehearsal(this::rehearsalPort);
        database = new Database(settings, metrics, rehearsal::run);
        health = new Health(database, rehearsal);
        server =
                WebServer.builder()
                        .host("0.0.0.0")
                        .port(settings.port())
                        .maxPayloadSize(LARGEST_BODY_BYTES)
                        .shutdownGracePeriod(GRACE)
                        .shutdownHook(false)
                        .directHandlers(Problem::answerForHelidon)
                        .routing(this::routes)
                        .putSocket(
                                MANAGEMENT,
                                socket ->
                                        socket.host("0.0.0.0")
                                                .port(settings.managementPort())
                                                .routing(this::managementRoutes))
                        .putSocket(
                                REHEARSAL,
                                socket ->
                                        socket.host("127.0.0.1")
                                                .port(0)
                                                .routing(this::rehearsalRoutes))
                        .build();
    }

    private void routes(HttpRouting.Builder routing) {
        routes(routing, new Observer(metrics, health, Logger.getLogger("todo.requests")));
    }

    /// The same, observed by nobody.
    private void rehearsalRoutes(HttpRouting.Builder routing) {
        Logger unheard = Logger.getAnonymousLogger();
        unheard.setUseParentHandlers(false);
        unheard.addHandler(new StreamHandler(OutputStream.nullOutputStream(), new JsonLog()));
        routes(
                routing,
                new Observer(
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), health, unheard));
    }

    private void routes(HttpRouting.Builder routing, Observer observer) {
        TodoRoutes todos = new TodoRoutes(new TodoRepository(database));
        routing.addFilter(observer)
                .error(
                        Problem.class,
                        (request, response, problem) -> problem.send(request, response))
                .error(HttpException.class, Problem::sendRefused)
                .error(Throwable.class, Problem::sendUnexpected)
                .register("/api/v1/todos", todos)
                .register("/api", new ApiDocs())
                .any((request, response) -> Problem.noSuchPath().send(request, response));
    }

    private void managementRoutes(HttpRouting.Builder routing) {
        routing.register("/health", health)
                .get(
                        "/metrics",
                        (request, response) ->
                                response.header("Content-Type", "text/plain; version=0.0.4")
                                        .send(metrics.scrape()));
    }

    /// Listens, and starts to bring the schema of the database up to date.
    public TodoServer start() {
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ClassLoaderMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        server.start();
        database.start();
        return this;
    }

    public int port() {
        return server.port();
    }

    public int managementPort() {
        return server.port(MANAGEMENT);
    }

    private int rehearsalPort() {
        return server.port(REHEARSAL);
    }

    /// Says that it is no longer ready, serves on for a while, lets the last requests finish.
    @Override
    public void close() {
        LOG.info("draining");
        health.drain();
        try {
            boolean unused = closing.await(settings.drain().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends at once then
        }
        server.stop();
        database.close();
        LOG.info("ended");
    }
}
