package todo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// PostgreSQL, as one that may go away and come back at any time.
///
/// A transaction whose connection breaks before the commit is sent left nothing behind, so it runs
/// once more. When it breaks during the commit nobody knows; the caller is told that it failed and
/// may look. What was acknowledged is on PostgreSQL's disk.
final class Database implements AutoCloseable {

    /// Statements of one transaction.
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private static final Logger LOG = Logger.getLogger(Database.class.getName());
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration BETWEEN_MIGRATION_ATTEMPTS = Duration.ofMillis(500);
    private static final int PING_SECONDS = 1;
    private static final int ATTEMPTS = 2;

    private final HikariDataSource pool;
    private final Runnable onMigrated;
    private final Thread migration;
    private volatile boolean isMigrated;

    /// @param onMigrated runs once, in the background, when the schema is up to date
    Database(Settings settings, MeterRegistry metrics, Runnable onMigrated) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("todo");
        config.setJdbcUrl(settings.databaseUrl());
        config.setUsername(settings.databaseUser());
        config.setPassword(settings.databasePassword());
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setAutoCommit(false);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
        config.setInitializationFailTimeout(-1); // the database may come later than we do
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
        config.addDataSourceProperty("ApplicationName", "todo-api");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "10");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        pool = new HikariDataSource(config);
        this.onMigrated = onMigrated;
        migration = Thread.ofVirtual().name("migration").unstarted(this::migrate);
    }

    /// Brings the schema up to date in the background, trying again until it works.
    void start() {
        migration.start();
    }

    private void migrate() {
        Flyway flyway = Flyway.configure().dataSource(pool).load();
        while (!isMigrated && !pool.isClosed()) {
            try {
                flyway.migrate();
                isMigrated = true;
                LOG.info("schema is up to date");
                onMigrated.run();
            } catch (FlywayException e) {
                LOG.log(Level.WARNING, "schema is not up to date yet", e);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN_MIGRATION_ATTEMPTS);
            return true;
        } catch (InterruptedException e) {
            return false; // closed
        }
    }

    boolean isMigrated() {
        return isMigrated;
    }

    /// Whether a connection can be had and answers, within about three seconds.
    boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(PING_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    /// Runs statements in one transaction and commits it.
    ///
    /// @throws Problem 503 while the database cannot be reached
    <T> T transaction(Work<T> work) {
        return run(work, false);
    }

    /// Runs statements that only read, each for itself: so none needs a commit, which would be one
    /// more journey to the database.
    ///
    /// @throws Problem 503 while the database cannot be reached
    <T> T read(Work<T> work) {
        return run(work, true);
    }

    private <T> T run(Work<T> work, boolean eachForItself) {
        if (!isMigrated) {
            throw Problem.unavailable("the database is not ready yet", null);
        }
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(eachForItself);
                T result;
                try {
                    result = work.on(connection);
                } catch (SQLException e) {
                    if (attempt < ATTEMPTS && isConnectionLost(e)) {
                        continue; // nothing was committed
                    }
                    throw e;
                }
                if (!eachForItself) {
                    connection.commit();
                }
                return result;
            } catch (SQLException e) {
                throw isConnectionLost(e)
                        ? Problem.unavailable("the database cannot be reached", e)
                        : new IllegalStateException("the database refused: " + e.getMessage(), e);
            }
        }
    }

    /// Class 08 is "connection exception"; 57P01 to 57P03 say that PostgreSQL stops or starts.
    private static boolean isConnectionLost(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || (state != null && (state.startsWith("08") || state.startsWith("57P0")));
    }

    @Override
    public void close() {
        migration.interrupt();
        pool.close();
    }
}
