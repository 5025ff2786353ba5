package todo;

import java.util.logging.Logger;

/// Starts the API with the settings of the environment and ends it on SIGTERM.
public final class Main {

    private static final Logger LOG = Logger.getLogger(Main.class.getName());

    private Main() {}

    /// The process stays until it is asked to end: the server's threads keep it.
    public static void main(String[] args) {
        JsonLog.install();
        TodoServer server = new TodoServer(Settings.of(System.getenv()));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        server.start();
        LOG.info("started");
    }
}
