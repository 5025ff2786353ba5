package kat.apiserver.encryption;

import java.nio.file.Path;
import java.time.Duration;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Looks every minute whether the rules in a file have changed. Rules that cannot be read leave
/// those that hold.
///
/// **Threads:** [#start] and [#close] by the owner.
///
/// **Source:** `apiserver/pkg/server/options/encryptionconfig/controller`.
public final class EncryptionReload implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final System.Logger LOG = System.getLogger(EncryptionReload.class.getName());

    private final Path file;
    private final Encryption encryption;
    private final Runnable changed;
    private final Ticker ticker;
    private final Object lock = new Object();
    private EncryptionRules rules; // guarded by lock, as below
    private boolean isClosed;
    private Ticker.@Nullable Scheduled next;

    /// @param rules that hold now
    /// @param changed is called when others hold
    public EncryptionReload(
            Path file,
            EncryptionRules rules,
            Encryption encryption,
            Runnable changed,
            Ticker ticker) {
        this.file = file;
        this.rules = rules;
        this.encryption = encryption;
        this.changed = changed;
        this.ticker = ticker;
    }

    public void start() {
        synchronized (lock) {
            if (!isClosed) {
                next = ticker.schedule(PERIOD, this::look);
            }
        }
    }

    private void look() {
        try {
            EncryptionRules found = ConfigFile.read(file, EncryptionFile::parse);
            if (isNew(found)) {
                encryption.use(found);
                changed.run();
                LOG.log(System.Logger.Level.INFO, "encryption keys have changed file=" + file);
            }
        } catch (ConfigFileException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "encryption keys stay as they were cause=" + e.getMessage());
        }
        start();
    }

    private boolean isNew(EncryptionRules found) {
        synchronized (lock) {
            boolean isNew = !found.equals(rules);
            rules = found;
            return isNew;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            Ticker.Scheduled waiting = next;
            if (waiting != null) {
                boolean unused = waiting.cancel();
            }
        }
    }
}
